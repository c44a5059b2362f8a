import { baseCharacter } from '../formulas/latex-signs.ts';
import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import { after, before } from '../replacement.ts';
import { figureOf, numericValue, sayFigure } from './number.ts';

/** Joins thousands that a narrow or unbreakable space parts, which is right in every language. */
export function joinThousands(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}.,:/+-])[1-9]\d{0,2}(?:\u202f\d{3})+(?!\d)/gu, (match) =>
    match.replace(/\u202f/g, ''),
  );
}

/**
 * Writes numbers as voices of the language read them: the marks between thousands and before decimals, and powers of
 * ten as in 1e6 and 5×10^3. Dates, versions and the like must be out of the way.
 */
export function sayFigures(text: string, lexicon: SpokenLexicon): string {
  const { spacedThousands, context } = lexicon;
  const version = versionBefore(context.version);
  return text
    .replace(SPACED, (match) =>
      spacedThousands || /^\d{1,3} 000$|^\d+(?: \d{3}){2,}$/.test(match) ? match.replace(/\s/g, '') : match,
    )
    .replace(SCIENTIFIC, (match: string, figure: string, exponent: string, at: number, whole: string) => {
      const unit = /^\s?([^\s\p{N}/]+)/u.exec(after(whole, at + match.length))?.[1] ?? '';
      return sayPower(figure, exponent, unit in lexicon.units, lexicon);
    })
    .replace(TIMES_TEN, (_, figure: string, plain: string | undefined, raised: string | undefined) => {
      const exponent = plain ?? [...(raised ?? '')].map((sign) => baseCharacter(sign) ?? '').join('');
      return timesTen(figure, exponent, lexicon);
    })
    .replace(MARKED, (match: string, at: number, whole: string) => {
      const isVersion = version.test(before(whole, at, 24));
      return isVersion ? match : sayMarked(match, lexicon);
    });
}

const SPACED = /(?<![\p{L}\p{N}.,:/+-]|\d\s)[1-9]\d{0,2}(?:\s\d{3})+(?!\d|\s\d|[.:/]\d)/gu;
const SCIENTIFIC = /(?<![\p{L}\p{N}.,:/_-])(\d{1,6}(?:[.,]\d{1,15})?)[eE]([+−-]?\d{1,3})(?![\p{L}\p{N}_])/gu;
const TIMES_TEN =
  /(?<![\p{L}\p{N}.,:/_])(\d{1,6}(?:[.,]\d{1,15})?)\s?[×x*·⋅]\s?10(?:\^\{?\(?([-−+]?\d{1,3})\)?\}?|([⁺⁻]?[⁰¹²³⁴-⁹]{1,3}))(?![\p{L}\p{N}])/gu;
const MARKED = /(?<![\p{L}\p{N}_.,:/]|\d['’]|\d-)\d{1,40}(?:[.,'’]\d{1,40}){1,12}(?![\p{L}_]?[\p{N}_]|[.,:/'’-]\d)/gu;

function versionBefore(words: string): RegExp {
  let pattern = VERSIONS.get(words);
  if (!pattern) {
    pattern = new RegExp(String.raw`(?<!\p{L})(?:${words})[\s-]?$`, 'iu');
    VERSIONS.set(words, pattern);
  }
  return pattern;
}

const VERSIONS = new Map<string, RegExp>();

/** A number with marks; unchanged when it is none, such as 1.2.3, or reads right. */
function sayMarked(text: string, lexicon: SpokenLexicon): string {
  const parts = text.split(/[.,'’]/);
  const marks = text.match(/[.,'’]/g) ?? [];
  const inner = parts.slice(1, -1);
  const last = parts.at(-1) ?? '';
  if (!inner.every((part) => part.length === 3)) return text;
  if (marks.length > 1 && (parts[0] ?? '').length > 3) return text;
  const [first] = marks;
  if (marks.length > 1 && !marks.slice(1, -1).every((mark) => mark === first)) return text;
  const isMixed = marks.length > 1 && marks.at(-1) !== first;
  if (marks.length > 1 && !isMixed && last.length !== 3) return text;
  if (marks.length === 1 && !isClear(parts[0] ?? '', first ?? '', last, lexicon)) return text;
  return sayFigure(figureOf(text, lexicon), lexicon);
}

/** Whether a number with a single mark is to be rewritten. */
function isClear(whole: string, mark: string, behind: string, lexicon: SpokenLexicon): boolean {
  if (mark === lexicon.decimalMark) return false;
  if (behind.length === 3)
    return whole.length <= 3 && whole !== '0' && (mark === lexicon.writtenThousandsMark || /['’]/.test(mark));
  // A comma with many digits behind it parts a list.
  return /[.,]/.test(mark) && whole.length <= 4 && (mark === '.' || behind.length <= 2);
}

/** 1e6 is said as a million, 1.5e-3 as a product with a power of ten. */
function sayPower(figure: string, exponent: string, hasUnit: boolean, lexicon: SpokenLexicon): string {
  const power = Number(exponent.replace('−', '-'));
  const value = numericValue(figure.replace(',', '.')) * 10 ** power;
  if (power < 0 || power > 14 || !Number.isInteger(Math.round(value * 1e4) / 1e4))
    return timesTen(figure, exponent, lexicon);
  const scale = power >= 12 ? 'trillion' : power >= 9 ? 'billion' : power >= 6 ? 'million' : undefined;
  // A unit is looked for behind figures only.
  if (scale === undefined || hasUnit) return String(Math.round(value));
  const amount = Number((value / SCALE_VALUE[scale]).toPrecision(12));
  const written = String(amount).replace('.', lexicon.decimalMark);
  return `${written} ${lexicon.scales[scale][lexicon.isOne(written) ? 0 : 1]}`;
}

const SCALE_VALUE = { million: 1e6, billion: 1e9, trillion: 1e12 } as const;

function timesTen(figure: string, exponent: string, { math, decimalMark, times, minus }: SpokenLexicon): string {
  const power = exponent.replace(/^\+/, '').replace(/^[−-]/, `${minus} `);
  return `${figure.replace(/[.,]/, decimalMark)} ${times} 10 ${math.toThe(power)}`;
}
