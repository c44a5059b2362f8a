import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import { after, before, memo } from '../replacement.ts';

/** Fractions that have a character of their own, by how they are written with a stroke. */
const CHARACTERS: Readonly<Record<string, string>> = {
  '1/2': '½',
  '1/3': '⅓',
  '2/3': '⅔',
  '1/4': '¼',
  '3/4': '¾',
  '1/5': '⅕',
  '2/5': '⅖',
  '3/5': '⅗',
  '4/5': '⅘',
  '1/6': '⅙',
  '5/6': '⅚',
  '1/7': '⅐',
  '1/8': '⅛',
  '3/8': '⅜',
  '5/8': '⅝',
  '7/8': '⅞',
  '1/9': '⅑',
  '1/10': '⅒',
};

const STROKE =
  /(?<![\p{L}\p{N}_.,:/+]|[\p{L}\d]-)(?:(\d{1,3})[ -])?(\d{1,3}(?:[.,]\d)?)\s?[/⁄]\s?(\d{1,3})(?![\p{L}\p{N}_/]|[.,:/-]\d|\s?=)/gu;
/** Fractions that are one character, as the content of a character class. */
export const FRACTION_SIGNS = '½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒';
const SIGNS = new RegExp(
  String.raw`(?:(?<![.,\d])(\d{1,9})\s?)?([${FRACTION_SIGNS}])(?:(\s?[″"])(?![\p{L}\p{N}]))?`,
  'gu',
);

const ratingOf = memo(({ context }: SpokenLexicon) => ({
  before: new RegExp(String.raw`(?<!\p{L})(?:${context.rating})(?!\p{L})[^.!?\d]{0,20}$`, 'iu'),
  behind: new RegExp(String.raw`^\s(?:${context.rating})(?!\p{L})`, 'iu'),
}));

/**
 * Writes fractions with a stroke as single characters, 1/2 as ½, and says ratings such as 7/10. Dates without a year stay.
 * Runs before units, which take a fraction for a number.
 */
export function gatherFractions(text: string, lexicon: SpokenLexicon): string {
  const { fractions, outOf } = lexicon;
  const rating = ratingOf(lexicon);
  return text.replace(
    STROKE,
    (match: string, whole: string | undefined, top: string, bottom: string, at: number, all: string) => {
      const sign = CHARACTERS[`${top}/${bottom}`];
      const [value, of] = [Number(top), Number(bottom)];
      const isRating = rating.before.test(before(all, at)) || rating.behind.test(after(all, at + match.length));
      const lead = whole === undefined ? '' : `${whole} `;
      if (isRating && value <= of && of >= 3) return `${lead}${top} ${outOf} ${bottom}`;
      // A row of two numbers with a fraction behind them is a whole number with one: 1 1/2.
      if (sign !== undefined && fractions[sign]) return whole === undefined ? sign : `${whole}${sign}`;
      if (value < of ? of === 10 || of === 20 || of === 100 : value === of && (of === 10 || of === 5 || of === 100))
        return `${lead}${top} ${outOf} ${bottom}`;
      if (value > 0 && value < of && (of === 16 || of === 32 || of === 64 || (of > 31 && of < 100) || value + 1 === of))
        return `${lead}${lexicon.math.fraction(top, bottom)}`;
      if ((top === '24' && bottom === '7') || (value === of && of === 20)) return `${lead}${top} ${bottom}`;
      return match;
    },
  );
}

/** Says fractions that are one character, also behind a number: 2½. An inch sign behind one is said if it closes no quotation. */
export function sayFractions(text: string, lexicon: SpokenLexicon): string {
  const { fractions, units } = lexicon;
  return text
    .replace(
      SIGNS,
      (match: string, whole: string | undefined, sign: string, quote: string | undefined, at: number, all: string) => {
        const [alone, behind] = fractions[sign] ?? [match, match];
        const isInch = quote !== undefined && (before(all, at, 200).match(/"/g) ?? []).length % 2 === 0;
        const end = isInch ? ` ${units['"']?.[whole === undefined ? 0 : 1] ?? ''}` : (quote ?? '');
        if (whole === undefined) return ` ${alone}${end}`;
        return `${whole === '0' ? alone : `${whole} ${behind}`}${end}`;
      },
    )
    .replace(/↉/g, '0');
}
