import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import { after, anyOf, before, memo } from '../replacement.ts';
import { SHELVED } from '../shelf.ts';
import { NUMBER, numericValue } from './number.ts';

/** Between two numbers a tilde or a long dash is no sign that a voice reads: "20~30" would become 2030. */
export function plainRanges(text: string): string {
  return text.replace(/(?<=\d) ?[~〜～∼–—] ?(?=\d)/gu, '-');
}

/**
 * Says ranges: 20~30, 20–30, 20-30, 2019-2024. A hyphen means a range where the second number is greater, or between
 * hours (9-5); it stays in scores (3-2), and numbers that belong to a longer row of digits are none of both.
 */
export function sayRanges(text: string, lexicon: SpokenLexicon): string {
  const { to, context } = lexicon;
  return (
    text
      .replace(/(?<=\d)\s?\.{2,3}\s?(?=\d)/g, '–')
      // A minus behind a long dash; a time or date before the dash.
      .replace(/(?<=\d) ?[–—~] ?(?=[−-]\d)/g, ` ${to} `)
      .replace(BEHIND_SHELVED, `${to} `.padStart(to.length + 2))
      .replace(
        /(?<=\d(?:st|nd|rd|th|er|e))[-–](?=\d{1,2}(?:st|nd|rd|th|e)(?!\p{L}))|(?<=\d0s)[-–](?=\d{2,4}s(?!\p{L}))/gu,
        ` ${to} `,
      )
      .replace(PERCENT, '$1-')
      .replace(DEGREES, '$1-')
      .replace(
        patternOf(lexicon),
        (match: string, one: string, dash: string, two: string, at: number, whole: string) => {
          const range = `${one} ${to} ${two}`;
          if (/[~〜～∼–—]/.test(dash)) return range;
          const [first, second] = [numericValue(one), numericValue(two)];
          const near = before(whole, at);
          const behind = after(whole, at + match.length);
          // A difference, 10 - 4 = 6.
          if (/^\s?=/.test(behind)) return match;
          const isSpaced = /\s/.test(dash);
          if (/(?:Boeing|Airbus|ISO|IEC|IEEE|DIN|ANSI|RFC)\s$/.test(near)) return match;
          if (match === '24-7') return '24 7';
          if (hasWord(near, context.score) || /^\s(?:win|victory|defeat|loss|lead|draw)\b/.test(behind)) return match;
          if (first < second && !(isSpaced && first === 0)) return range;
          const isYears = /^\d{4}$/.test(one) && /^\d{2}$/.test(two) && Number(two) > first % 100;
          const isHours =
            first <= 12 &&
            second <= 12 &&
            first > 4 &&
            second < 9 &&
            !isSpaced &&
            (hasWord(near, context.hours) || /^\s(?:job|shift|[ap]\.?m|work|hours)/.test(behind));
          return isYears || isHours ? range : match;
        },
      )
  );
}

const BEHIND_SHELVED = new RegExp(String.raw`(?<=[${SHELVED}])[-–—~](?=\d)`, 'gu');
const DASH = '[-–—~〜～∼]';
/** 5%-10% is 5-10%. */
const PERCENT = new RegExp(String.raw`(\d)\s?%\s?${DASH}\s?(?=${NUMBER}\s?%)`, 'g');
const DEGREES = new RegExp(String.raw`(\d)\s?°\s?[CF]?\s?${DASH}\s?(?=${NUMBER}\s?°)`, 'g');

const patternOf = memo(({ units }: SpokenLexicon) => {
  const names = anyOf(Object.keys(units).filter((name) => /^\p{L}/u.test(name)));
  const end = String.raw`(?=(?:\s?(?:${names})|[ap]\.?m|[kKMx]|bn|[CF]|°[CF]?)?(?![\p{L}\p{N}_]|[.,:/~–-]\d))`;
  return new RegExp(
    String.raw`(?<![\p{L}\p{N}_]|[\d\p{L}][.,:/~–-]|[-~–#+]|\d\s(?=\d{3}))(\d{1,9}(?:[.,]\d{1,6}){0,3})(\s?${DASH}\s?)(\d{1,9}(?:[.,]\d{1,6}){0,3})${end}`,
    'gu',
  );
});

const WORDS = new Map<string, RegExp>();

/** Whether one of the words stands in the text. */
function hasWord(text: string, words: string): boolean {
  let pattern = WORDS.get(words);
  if (!pattern) {
    pattern = new RegExp(String.raw`(?<!\p{L})(?:${words})(?!\p{L})`, 'iu');
    WORDS.set(words, pattern);
  }
  return pattern.test(text);
}
