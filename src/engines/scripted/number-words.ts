const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'zero ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** A number found among words: its value and how many words it takes. */
export interface NumberRead {
  readonly value: number;
  readonly length: number;
}

/** Reads the number that begins at `words[at]`, in words (0 to 9,999 as they are spoken) or digits. */
export function readNumber(words: readonly string[], at: number): NumberRead | undefined {
  const digits = words[at];
  if (digits !== undefined && /^\d{1,9}$/.test(digits)) return { value: Number(digits), length: 1 };
  const article = words[at] === 'a' && words[at + 1] === 'hundred' ? 1 : 0;
  const small = article === 1 ? undefined : readSmall(words, at);
  const length = article + (small?.length ?? 0);
  if (words[at + length] !== 'hundred') return small;
  const hundreds = (small?.value ?? 1) * 100;
  const and = words[at + length + 1] === 'and' ? 1 : 0;
  const rest = readSmall(words, at + length + 1 + and);
  return rest && rest.value > 0
    ? { value: hundreds + rest.value, length: length + 1 + and + rest.length }
    : { value: hundreds, length: length + 1 };
}

/** 0 to 99. */
function readSmall(words: readonly string[], at: number): NumberRead | undefined {
  const one = ONES.indexOf(words[at] ?? '');
  if (one >= 0) return { value: one, length: 1 };
  const ten = TENS.indexOf(words[at] ?? '');
  if (ten < 2) return undefined;
  const more = ONES.indexOf(words[at + 1] ?? '');
  return more >= 1 && more <= 9 ? { value: ten * 10 + more, length: 2 } : { value: ten * 10, length: 1 };
}

/** A whole number in words. From a thousand million on: in digits. */
export function sayNumber(value: number): string {
  if (value < 0) return `minus ${sayNumber(-value)}`;
  if (value >= 1e9 || !Number.isInteger(value)) return String(value);
  if (value < 20) return ONES[value] ?? '';
  if (value < 100) return join(TENS[Math.floor(value / 10)] ?? '', value % 10, ' ');
  if (value < 1000) return join(`${sayNumber(Math.floor(value / 100))} hundred`, value % 100, ' and ');
  const [unit, name] = value < 1e6 ? [1000, 'thousand'] : [1e6, 'million'];
  const rest = value % unit;
  return join(`${sayNumber(Math.floor(value / unit))} ${name}`, rest, rest < 100 ? ' and ' : ' ');
}

function join(head: string, rest: number, link: string): string {
  return rest === 0 ? head : `${head}${link}${sayNumber(rest)}`;
}

/** The ordinal of a day of the month, 1 to 31, in words. */
export function sayOrdinal(day: number): string {
  const known = FIRST[day];
  if (known !== undefined) return known;
  if (day < 20) return `${ONES[day] ?? ''}th`;
  if (day % 10 === 0) return (TENS[day / 10] ?? '').replace(/y$/, 'ieth');
  return `${TENS[Math.floor(day / 10)] ?? ''} ${sayOrdinal(day % 10)}`;
}

const FIRST: Readonly<Record<number, string>> = {
  1: 'first',
  2: 'second',
  3: 'third',
  5: 'fifth',
  8: 'eighth',
  9: 'ninth',
  12: 'twelfth',
};
