/**
 * A stretch of text that is spoken as one, though it may hold what looks like the end of a sentence: a formula, a row of
 * a table, a stage direction, a bracket, a tag.
 */
interface SpanKind {
  readonly close: string;
  /** Longest span, characters. One that does not close within it is none. */
  readonly maxLength: number;
  /** Whether it ends with its line at the latest. */
  readonly inLine: boolean;
  /** Whether a sentence that ends in it is over with it: "(as it always does.)" */
  readonly mayEndSentence?: boolean;
}

const BRACKET = { maxLength: 100, inLine: true, mayEndSentence: true };
const FORMULA = { maxLength: 500, inLine: false };

const ROUND: SpanKind = { close: ')', ...BRACKET };
const WIDE_ROUND: SpanKind = { close: '）', ...BRACKET };
const SQUARE: SpanKind = { close: ']', ...BRACKET };
const CITATION: SpanKind = { close: '】', maxLength: 80, inLine: true };
const STAR: SpanKind = { close: '*', ...BRACKET };
const LOW_LINE: SpanKind = { close: '_', ...BRACKET };
const CODE: SpanKind = { close: '`', maxLength: 120, inLine: true };
const DOLLAR: SpanKind = { close: '$', maxLength: 120, inLine: true };
const DOLLARS: SpanKind = { close: '$$', ...FORMULA };
const PARENTHESES: SpanKind = { close: '\\)', ...FORMULA };
const BRACKETS: SpanKind = { close: '\\]', ...FORMULA };
const ENVIRONMENT: SpanKind = { close: '\\end{', maxLength: 1_000, inLine: false };
const TAG: SpanKind = { close: '>', maxLength: 200, inLine: true };
const TABLE_ROW: SpanKind = { close: '</tr>', maxLength: 500, inLine: false };
const ROW: SpanKind = { close: '\n', maxLength: 500, inLine: false };
const ENTITY: SpanKind = { close: ';', maxLength: 12, inLine: true };

/** Where a span ends, and whether a sentence may end with it. */
export interface KeptSpan {
  readonly end: number;
  readonly mayEndSentence: boolean;
}

/**
 * The span that begins at a place. `open`: only what comes next can tell. Undefined: none begins there.
 * @param isOver whether no more text will come
 */
export function spanAt(text: string, at: number, isOver: boolean): KeptSpan | 'open' | undefined {
  const kind = kindAt(text, at);
  if (kind === undefined) return undefined;
  if (kind === 'open') return isOver ? undefined : 'open';
  const from = at + (kind === DOLLARS || kind === PARENTHESES || kind === BRACKETS ? 2 : 1);
  // Only this far: an opening sign without its partner costs no more than that.
  const window = text.slice(from, at + kind.maxLength);
  const found = window.indexOf(kind.close);
  const line = kind.inLine ? window.indexOf('\n') : -1;
  if (found >= 0 && (line < 0 || found < line)) {
    const end = from + found + (kind === ROW ? 0 : kind.close.length);
    if (kind !== ENTITY || /^&#?\w{1,10};$/.test(text.slice(at, end)))
      return { end, mayEndSentence: kind.mayEndSentence ?? false };
    return undefined;
  }
  if (kind === ENTITY && !/^#?\w{0,10}$/.test(window)) return undefined;
  const isLost = line >= 0 || text.length - at >= kind.maxLength || isOver;
  return isLost ? undefined : 'open';
}

/** What may begin at a place, told by the sign and its neighbours. */
function kindAt(text: string, at: number): SpanKind | 'open' | undefined {
  const next = text.charAt(at + 1);
  switch (text.charAt(at)) {
    case '\\':
      return next === '' ? 'open' : next === '(' ? PARENTHESES : next === '[' ? BRACKETS : environmentAt(text, at);
    case '$':
      if (next === '') return 'open';
      if (next === '$') return DOLLARS;
      // A figure follows in a price.
      return /[\p{L}\\({|-]/u.test(next) && !isWord(text, at - 1) ? DOLLAR : undefined;
    case '*':
      return emphasisAt(text, at, STAR);
    case '_':
      return emphasisAt(text, at, LOW_LINE);
    case '(':
      // Not the mouth of a smiley.
      return /[:;=\-']/.test(text.charAt(at - 1)) ? undefined : ROUND;
    case '（':
      return WIDE_ROUND;
    case '[':
      return SQUARE;
    case '【':
      return CITATION;
    case '`':
      return next === '' ? 'open' : next === '`' || text.charAt(at - 1) === '`' ? undefined : CODE;
    case '<':
      if (next === '' || (/t/i.test(next) && text.length < at + 4)) return 'open';
      if (/^<tr[\s>]/i.test(text.slice(at, at + 4))) return TABLE_ROW;
      return /[a-z/!]/i.test(next) ? TAG : undefined;
    case '|':
      return text.slice(Math.max(0, at - 4), at).trim() === '' &&
        /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, at - 4), at))
        ? ROW
        : undefined;
    case '&':
      return ENTITY;
    default:
      return undefined;
  }
}

function environmentAt(text: string, at: number): SpanKind | 'open' | undefined {
  const begin = text.slice(at, at + 7);
  if (begin === '\\begin{') return ENVIRONMENT;
  return begin.length < 7 && '\\begin{'.startsWith(begin) ? 'open' : undefined;
}

/** A star or low line opens before a word and not within one; two in a row are bold, which is no stage direction. */
function emphasisAt(text: string, at: number, kind: SpanKind): SpanKind | 'open' | undefined {
  const sign = text.charAt(at);
  if (isWord(text, at - 1) || text.charAt(at - 1) === sign) return undefined;
  const next = text.charAt(at + 1);
  if (next === '') return 'open';
  return /\s/.test(next) || next === sign ? undefined : kind;
}

function isWord(text: string, at: number): boolean {
  return at >= 0 && /[\p{L}\p{N}]/u.test(text.charAt(at));
}
