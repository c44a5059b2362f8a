import { isUnspaced } from './piece-length.ts';

function words(...texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.join(' ').split(' '));
}

/** Their full stop ends no sentence, whatever follows. */
const TITLES = words(
  'dr mr mrs ms mx prof st sr jr gen col sgt lt capt rev hon mt mme mlle av bd vs cf e.g i.e p.ex c.-à-d',
  'hr bzw ggf evtl inkl zzgl vgl mind sog dipl ing mag sra srta ud uds dra sig dott dhr mevr bijv resp',
);
/** Their full stop ends a sentence only when a capital follows. */
const CLIPPED = words(
  'etc a.m p.m approx inc ltd co corp dept est min max tel ca ex usw temp avg dist misc excl incl orig esp gov intl natl univ assn',
  'std sek str tsd mio mrd enz ecc env hab encl abbr adj cont ed eds al',
);
/** Their full stop ends a sentence unless a number follows, or a small letter (p. ex.). */
const NUMBERED = words('no nos nr fig vol p pp ch art jan feb aug sept sep oct nov dec abs kap núm pág');

/** Words behind which a number with a full stop is an ordinal in German: am 3. Oktober, den 2. Platz. */
const BEFORE_ORDINAL =
  /(?<!\p{L})(?:(?<!I )am|vom|zum|zur|beim|im|dem|den|des|der|das|ab|seit|bis|jede[mn]|und|einen?|einem)\s\d{1,2}$/iu;
const GERMAN_MONTHS = 'Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember'.split(
  ' ',
);

/** Marks that end a sentence, as a sticky expression: full stops, question and exclamation marks of many scripts. */
export const END_MARKS = /[.!?…‽⁇⁈⁉؟۔।॥。！？｡．።။។៕༎]{1,20}/uy;
/** More marks in a row are not looked at together. */
export const MAX_MARKS = 20;
/** Those that need no space behind them. */
const NEEDS_NO_SPACE = /[‽⁇⁈⁉؟۔।॥。！？｡．።။។៕༎]/u;

/** `wait`: only what comes next can tell. */
export type Verdict = 'cut' | 'go_on' | 'wait';

/**
 * Where a sentence is over whose marks end at `end`: closing quotes and brackets belong to it, and what a mark is
 * combined with; a guillemet may stand behind a space.
 */
export function behindClosers(text: string, end: number): number {
  const closers = /^(?:["'”’)\]*_」』）】》〉｣\p{M}\u200d]|[\s\u00a0\u202f]?»)+/u.exec(text.slice(end, end + 20));
  return end + (closers?.[0].length ?? 0);
}

/**
 * Whether marks end a sentence.
 * @param start where they are @param end behind them and the closers that follow
 */
export function judge(text: string, start: number, marks: string, end: number): Verdict {
  if (end >= text.length) return 'wait';
  if (NEEDS_NO_SPACE.test(marks)) return 'cut';
  const following = text.charAt(end);
  if (!/\s/.test(following)) return judgeTight(text, start, marks, following);
  const before = wordBefore(text, start);
  const next = text.slice(end).trimStart();
  // A guillemet that closes what one opened may still come, behind the space.
  if (next === '' && !text.endsWith('\n') && text.lastIndexOf('«') > text.lastIndexOf('»')) return 'wait';
  const lineEnds = text.slice(end).match(/^[^\S\n]*\n/) !== null;
  const goesOnSmall = /^["'“‘«([]*\p{Ll}/u.test(next) && !lineEnds;
  if (/[!?]/.test(marks)) {
    // "Stop!" she said.
    const closers = text.slice(start + marks.length, end);
    if (!/["”’»]/.test(closers) || lineEnds) return 'cut';
    return next === '' ? 'wait' : goesOnSmall ? 'go_on' : 'cut';
  }
  if (marks !== '.') return lineEnds ? 'cut' : capitalNext(next);
  const word = before.toLowerCase();
  if (TITLES.has(word) || /^(?:\p{L}{1,2}\.)+\p{L}$/u.test(before))
    return lineEnds ? 'cut' : CLIPPED.has(word) ? capitalNext(next) : 'go_on';
  if (/^\p{Lu}$/u.test(before) && before !== 'I') return lineEnds ? 'cut' : 'go_on';
  // The mark of a numbered list.
  if (/^\d{1,3}$/.test(before) && text.slice(0, start).trim() === before) return 'go_on';
  if (lineEnds) return 'cut';
  if (CLIPPED.has(word)) return capitalNext(next);
  if (NUMBERED.has(word)) return next === '' ? 'wait' : /^\d/.test(next) || goesOnSmall ? 'go_on' : 'cut';
  if (/^\d{1,2}$/.test(before)) return judgeOrdinal(text.slice(Math.max(0, start - 20), start), next);
  if (/^\p{Ll}$/u.test(before)) return judgeSingle(next);
  // Not waited for: nearly always a sentence is over here, and the user waits.
  return 'cut';
}

/** Marks with no space behind them: an ellipsis before a capital, and any mark before a script without spaces. */
function judgeTight(text: string, start: number, marks: string, following: string): Verdict {
  if (/[!?…]/.test(marks) && isUnspaced(following)) return 'cut';
  if (marks === '.') return isUnspaced(following) && isUnspaced(text.charAt(start - 1)) ? 'cut' : 'go_on';
  return marks.includes('…') && /\p{Lu}/u.test(following) ? 'cut' : 'go_on';
}

/** A day before a German month, and an ordinal behind an article. */
function judgeOrdinal(before: string, next: string): Verdict {
  if (BEFORE_ORDINAL.test(before)) return 'go_on';
  if (next === '') return 'wait';
  const word = /^\p{L}*/u.exec(next)?.[0] ?? '';
  if (GERMAN_MONTHS.includes(word) && word !== next) return 'go_on';
  return word === next && GERMAN_MONTHS.some((month) => month.startsWith(word)) ? 'wait' : 'cut';
}

/** A single small letter is half of an abbreviation if another follows: z. B., d. h. */
function judgeSingle(next: string): Verdict {
  if (next === '' || /^\p{L}$/u.test(next)) return 'wait';
  return /^\p{L}\./u.test(next) ? 'go_on' : 'cut';
}

function wordBefore(text: string, start: number): string {
  let at = start;
  while (at > 0 && start - at < 40 && !/[\s"'“‘«([{]/.test(text.charAt(at - 1))) at--;
  return text.slice(at, start);
}

function capitalNext(next: string): Verdict {
  if (next === '') return 'wait';
  return /^["'“‘«([]*\p{Lu}/u.test(next) && !/^I\b/.test(next) ? 'cut' : 'go_on';
}
