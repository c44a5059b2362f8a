/** Their full stop ends no sentence, whatever follows. */
const TITLES = new Set(
  'dr mr mrs ms mx prof st sr jr gen col sgt lt capt rev hon mt mme mlle av bd vs cf e.g i.e p.ex c.-à-d'.split(' '),
);
/** Their full stop ends a sentence only when a capital follows. */
const CLIPPED = new Set('etc a.m p.m approx inc ltd co corp dept est min max tel ca ex'.split(' '));
/** Their full stop ends a sentence unless a number follows, or a small letter (p. ex.). */
const NUMBERED = new Set('no nos nr fig vol p pp ch art jan feb aug sept sep oct nov dec'.split(' '));

/** `wait`: only what comes next can tell. */
export type Verdict = 'cut' | 'go_on' | 'wait';

/**
 * Where a sentence is over whose marks end at `end`: closing quotes and brackets belong to it; a guillemet may stand behind
 * a space.
 */
export function behindClosers(text: string, end: number): number {
  const closers = /^(?:["'”’)\]*_]|[\s\u00a0\u202f]?»)+/.exec(text.slice(end));
  return end + (closers?.[0].length ?? 0);
}

/**
 * Whether marks end a sentence.
 * @param start where they are @param end behind them and the closers that follow
 * @param isCasual sentences may begin with a small letter
 */
export function judge(text: string, start: number, marks: string, end: number, isCasual: boolean): Verdict {
  if (end >= text.length) return 'wait';
  if (!/\s/.test(text.charAt(end))) return 'go_on';
  const before = /[^\s"'“‘«([{]*$/.exec(text.slice(0, start))?.[0] ?? '';
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
  // An abbreviation that nobody has listed. Not waited for: nearly always a sentence is over here, and the user waits.
  return goesOnSmall && !isCasual ? 'go_on' : 'cut';
}

function capitalNext(next: string): Verdict {
  if (next === '') return 'wait';
  return /^["'“‘«([]*\p{Lu}/u.test(next) && !/^I\b/.test(next) ? 'cut' : 'go_on';
}
