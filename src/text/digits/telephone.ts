import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import { after, before, memo } from '../replacement.ts';
import type { Shelf } from '../shelf.ts';
import { digitCount, isQuantityBefore, spell } from './spell.ts';

const START = String.raw`(?<![\p{L}\p{N}_.,:/$€£¥-]|\d )`;
const END = String.raw`(?![\p{L}\p{N}_]|[-.,/:]\d)`;

/** With the sign for an international number. */
const INTERNATIONAL =
  /(?<![\p{L}\p{N}])(?:\+|00(?=[1-9]))\d{1,3}(?:[ .\-/\u202f]?\(?\d{1,6}\)?){1,7}(?![\p{L}\p{N}_]|[.,]\d)/gu;
/** North America: (555) 123-4567, 1-800-555-1234. */
const AMERICAN = new RegExp(String.raw`${START}(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}${END}`, 'gu');
const VANITY = new RegExp(
  String.raw`${START}(1?-?8\d\d|1-\d{3})-([A-Z]{4,12}|[A-Z0-9]{3}-[A-Z]{4})(?![\p{L}\p{N}])`,
  'gu',
);
const LOCAL = new RegExp(String.raw`${START}\d{3}[-.]\d{4}${END}`, 'gu');
/** A national number with its leading zero: 06 12 34 56 78, 030/1234567, (030) 123456, 020 7946 0958. */
const NATIONAL = new RegExp(
  String.raw`(?<![\p{L}\p{N}_.,:/$€£¥-])(?:\(0\d{1,5}\)|0\d{0,5})(?:[ .\-/\u202f]{1,3}\d{1,8}){1,6}${END}`,
  'gu',
);
const COMPACT = new RegExp(String.raw`${START}0[1-9]\d{7,10}${END}`, 'gu');

const called = memo(
  ({ context }: SpokenLexicon) =>
    new RegExp(
      String.raw`(?<!\p{L})((?:${context.phone})\.?(?:[\s:#]{1,2}(?:${context.numberWords}|${context.links})(?!\p{L})){0,4}[\s:#]{1,3})(\(?\d{1,6}\)?(?:[ .\-/]\d{1,8}){0,6})(?![\p{L}\p{N}_%€$°]|[.,:/]\d|\s?(?:%|€|°))`,
      'giu',
    ),
);
const close = memo(
  ({ context }: SpokenLexicon) => new RegExp(String.raw`(?<!\p{L})(?:${context.phone})(?!\p{L})`, 'iu'),
);

/** Spells telephone numbers, known by their shape or by a word before them. */
export function sayTelephones(text: string, lexicon: SpokenLexicon, shelf: Shelf): string {
  if (!/\d{2}|\d[ .-]\d/.test(text)) return text;
  const say = (written: string) => {
    const isInternational = written.startsWith('+');
    // The zero in brackets is dialled within the country only.
    const number = isInternational ? written.replace('(0)', ' ') : written;
    return shelf.put(isInternational ? `${lexicon.plus} ${spell(number)}` : spell(number));
  };
  return text
    .replace(INTERNATIONAL, (match) => {
      const digits = digitCount(match);
      return digits >= 7 && digits <= 17 ? say(match) : match;
    })
    .replace(VANITY, (_, prefix: string, name: string) => shelf.put(`${spell(prefix)}, ${name.replace(/-/g, ' ')}`))
    .replace(AMERICAN, say)
    .replace(NATIONAL, (match) => (isNational(match) ? say(match) : match))
    .replace(COMPACT, say)
    .replace(LOCAL, (match: string, at: number, whole: string) =>
      isLocal(match, before(whole, at, 30), after(whole, at + match.length, 15), lexicon) ? say(match) : match,
    )
    .replace(called(lexicon), (match: string, lead: string, number: string, at: number, whole: string) => {
      const behind = after(whole, at + match.length, 15);
      const isNumber = digitCount(number) >= 3 && (digitCount(number) >= 7 || !isQuantityBefore(behind, lexicon));
      return isNumber && !/^\d{1,3}(?:\.\d{3})+$/.test(number) ? lead + say(number) : match;
    });
}

/** Eight digits or more; decimals, ranges of years and the like have fewer or no leading zero. */
function isNational(match: string): boolean {
  const digits = digitCount(match);
  if (digits < 7 || digits > 15) return false;
  // 0.5 and 0-10 are no numbers of telephones.
  return !/^0[ .\-/]/.test(match) || digits >= 9;
}

/** 555-1234, but not 100-1500 people. */
function isLocal(match: string, before: string, behind: string, lexicon: SpokenLexicon): boolean {
  if (match.startsWith('555') || close(lexicon).test(before)) return true;
  const [first, second] = match.split(/[-.]/);
  if (match.includes('.')) return false;
  return !(second ?? '').endsWith('00') && !(first ?? '').endsWith('00') && !isQuantityBefore(behind, lexicon);
}
