import { readNumber, sayNumber } from './number-words.ts';

/** Cities whose time is known: their name as heard, as written, and their IANA time zone. */
export const PLACES: readonly { readonly words: string; readonly name: string; readonly timeZone: string }[] = [
  { words: 'berlin', name: 'Berlin', timeZone: 'Europe/Berlin' },
  { words: 'london', name: 'London', timeZone: 'Europe/London' },
  { words: 'madrid', name: 'Madrid', timeZone: 'Europe/Madrid' },
  { words: 'new york', name: 'New York', timeZone: 'America/New_York' },
  { words: 'paris', name: 'Paris', timeZone: 'Europe/Paris' },
  { words: 'rome', name: 'Rome', timeZone: 'Europe/Rome' },
  { words: 'tokyo', name: 'Tokyo', timeZone: 'Asia/Tokyo' },
];

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const PEOPLE = ['anna', 'maria', 'peter', 'tom'];
const COLOURS = ['blue', 'green', 'orange', 'pink', 'purple', 'red', 'white', 'yellow'];
const UNITS = ['second', 'seconds', 'minute', 'minutes', 'hour', 'hours', 'day', 'days'];
const PROPER = new Set([...WEEKDAYS, ...PEOPLE, ...PLACES.flatMap(({ words }) => words.split(' ')), 'i']);

/** The words with capitals where names have them. */
export function properNouns(words: readonly string[]): string[] {
  return words.map((word) =>
    PROPER.has(word) && word !== 'new' ? word.charAt(0).toUpperCase() + word.slice(1) : word,
  );
}

/** "milk, bread and eggs"; undefined for nothing. */
export function joinWords(items: readonly string[]): string | undefined {
  const last = items.at(-1);
  if (last === undefined) return undefined;
  return items.length === 1 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** "today", "tomorrow" or "on Friday", when a day is named. */
export function whenIn(words: readonly string[]): string | undefined {
  const weekday = words.find((word) => WEEKDAYS.includes(word));
  if (weekday !== undefined) return `on ${properNouns([weekday])[0] ?? weekday}`;
  return words.find((word) => word === 'today' || word === 'tomorrow' || word === 'tonight');
}

/** A person's name, when one is named. */
export function personIn(words: readonly string[]): string | undefined {
  return properNouns(words.filter((word) => PEOPLE.includes(word)))[0];
}

/** A colour, when one is named. */
export function colourIn(words: readonly string[]): string | undefined {
  return words.find((word) => COLOURS.includes(word));
}

/** A length of time, when one is named: "one hour and twenty minutes". */
export function durationIn(words: readonly string[]): string | undefined {
  const parts: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const read = readNumber(words, at);
    const unit = words[at + (read?.length ?? 1)] ?? '';
    const counted = read ? sayNumber(read.value) : words[at] === 'a' || words[at] === 'an' ? words[at] : undefined;
    if (counted === undefined || !UNITS.includes(unit)) {
      // Not within a number: "twenty five" is not also "five".
      at += (read?.length ?? 1) - 1;
      continue;
    }
    parts.push(`${counted} ${unit}`);
    at += read?.length ?? 1;
  }
  return parts.length === 0 ? undefined : parts.join(' and ');
}

/** A time of day, when one is named behind "at" or the like: "seven thirty in the morning tomorrow". */
export function clockIn(words: readonly string[], when: string | undefined): string | undefined {
  for (let at = 1; at < words.length; at++) {
    if (!['at', 'for', 'to', 'up'].includes(words[at - 1] ?? '')) continue;
    const hour = readNumber(words, at);
    if (!hour || hour.value > 24) continue;
    const minute = readNumber(words, at + hour.length);
    const next = words[at + hour.length + (minute?.length ?? 0)] ?? '';
    if (UNITS.includes(next) || (minute && minute.value > 59)) continue;
    const part = words.find((word) => word === 'morning' || word === 'afternoon' || word === 'evening');
    return [
      sayNumber(hour.value),
      minute && sayNumber(minute.value),
      next === "o'clock" ? next : undefined,
      part && `in the ${part}`,
      when,
    ]
      .filter((piece) => piece !== undefined)
      .join(' ');
  }
  return undefined;
}
