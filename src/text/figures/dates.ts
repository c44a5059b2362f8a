import type { SpokenDate, SpokenLexicon } from '../lexicons/lexicon.ts';
import { after, before, memo } from '../replacement.ts';
import type { Shelf } from '../shelf.ts';

const EDGE = String.raw`(?<![\p{L}\p{N}]|[\d\p{L}][./:-]|[+(])`;
const END = String.raw`(?![\p{L}\p{N}]|[-/.:]\d)`;

/** 2026-11-28, 2026/11/28, with a time or without. */
const YEAR_FIRST = new RegExp(
  String.raw`${EDGE}([12]\d{3})([-/.])(\d{2})\2(\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d{1,9})?(Z|[+-]\d{2}(?::?\d{2})?)?)?${END}`,
  'gu',
);
/** 28/11/2026, 11/28/2026, 28.11.26, 28-11-2026. */
const YEAR_LAST = new RegExp(
  String.raw`${EDGE}(\d{1,2})([-/.])(\d{1,2})\2((?:1[5-9]|2[01])\d{2}|(?<=[/.])\d{2})${END}`,
  'gu',
);
/** 11/2026. */
const MONTH_AND_YEAR = new RegExp(String.raw`${EDGE}(0?[1-9]|1[0-2])\/((?:19|20|21)\d{2})${END}`, 'gu');
const DOTTED = /(?<![\p{L}\p{N}]|[\d\p{L}][./:-])(\d{1,2})\.\s?(\d{1,2})\.(?![\p{L}\p{N}]|\d)/gu;

/** Between two dates: a range. */
const BETWEEN =
  /(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}) ?[–—~] ?(?=\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?!\d))|(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}) - (?=\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?!\d))/g;

/** A day and a month behind a word such as "on". */
const inContext = memo(
  ({ context }: SpokenLexicon) =>
    new RegExp(
      String.raw`(?<=(?<!\p{L})(?:${context.date}) )(\d{1,2})\/(\d{1,2})(?![\p{L}\p{N}/]|[.,:]\d|\s?(?:%|of\b|cup))`,
      'giu',
    ),
);

/**
 * Says dates with the name of their month. Where day and month could be either, the language decides; a month that does
 * not exist is a day.
 * @param language BCP 47, with its region if it is known
 */
export function sayDates(text: string, language: string, lexicon: SpokenLexicon, shelf: Shelf): string {
  if (!/\d[-/.]\s?\d/.test(text)) return text;
  const say = (match: string, date: SpokenDate | undefined, text: string, at: number) =>
    date ? shelf.put(lexicon.sayDate(date, before(text, at), language)) : match;
  const dayAndMonth = (first: string, second: string, mark: string, year?: string) =>
    order(Number(first), Number(second), mark !== '.' && lexicon.isMonthFirst(language), year);
  const spoken = text
    .replace(BETWEEN, (_, near: string | undefined, far: string | undefined) => `${near ?? far} ${lexicon.to} `)
    .replace(YEAR_FIRST, (match, year, _mark, month, day, time, zone, at, whole) => {
      const said = say(match, valid(Number(day), Number(month), Number(year)), whole, at);
      return time === undefined
        ? said
        : `${said}, ${time}${zone === 'Z' ? ' UTC' : zone === undefined ? '' : ` UTC${zone}`}`;
    })
    .replace(YEAR_LAST, (match, first, mark, second, year, at, whole) =>
      // 1.1.25 is a version as likely as a date, but in a language whose dates are written so.
      mark === '.' && year.length === 2 && match.length < 8 && !lexicon.dottedDates
        ? match
        : say(match, dayAndMonth(first, second, mark, year), whole, at),
    )
    .replace(MONTH_AND_YEAR, (match, month, year, at, whole) =>
      say(match, { month: Number(month), year: Number(year) }, whole, at),
    )
    .replace(inContext(lexicon), (match, first, second, at, whole) => {
      // "by 3/4" is a fraction as likely as a date.
      const isFraction = /^[1-3]\/[2-4]$/.test(match) && !/(?<!\p{L})(?:on|am) $/iu.test(before(whole, at));
      return isFraction ? match : say(match, dayAndMonth(first, second, '/'), whole, at);
    });
  if (!lexicon.dottedDates) return spoken;
  return spoken.replace(DOTTED, (match, day, month, at, whole) => {
    const near = before(whole, at);
    const behind = after(whole, at + match.length);
    const isDate = dateBefore(lexicon).test(near) || /^(?:\s?[-–,)]|\s\p{Ll})/u.test(behind);
    if (!isDate || versionBefore(lexicon).test(near)) return match;
    const said = say(match, valid(Number(day), Number(month)), whole, at);
    // The full stop may end the sentence as well.
    const isEnd = said !== match && (/^["')]*\s*$/.test(behind) || SENTENCE_START.test(behind));
    return isEnd ? `${said}.` : said;
  });
}

const dateBefore = memo(
  ({ context }: SpokenLexicon) => new RegExp(String.raw`(?<!\p{L})(?:${context.date}|\p{L}+tag,?) $`, 'iu'),
);
const versionBefore = memo(
  ({ context }: SpokenLexicon) => new RegExp(String.raw`(?<!\p{L})(?:${context.version}) $`, 'iu'),
);
const SENTENCE_START =
  /^\s(?:Der|Die|Das|Ich|Er|Sie|Es|Wir|Ihr|Am|Im|In|Und|Aber|Dann|Danach|Bis|Ab|Ist|Hast|Kann|Möchte|Soll)\s/;

function order(first: number, second: number, isMonthFirst: boolean, year?: string): SpokenDate | undefined {
  const full =
    year === undefined
      ? undefined
      : year.length === 2
        ? Number(year) + (Number(year) < 50 ? 2000 : 1900)
        : Number(year);
  const [day, month] = isMonthFirst ? [second, first] : [first, second];
  return valid(day, month, full) ?? valid(month, day, full);
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function valid(day: number, month: number, year?: number): SpokenDate | undefined {
  return day >= 1 && day <= (DAYS[month - 1] ?? 0) ? { day, month, year } : undefined;
}
