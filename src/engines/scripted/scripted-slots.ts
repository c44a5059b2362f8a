import { textOf } from '../chat-content.ts';
import type { ChatMessage } from '../llm.ts';
import { readSum } from './arithmetic.ts';
import { sayNumber } from './number-words.ts';
import { readAction } from './scripted-actions.ts';
import { readItems, shoppingList } from './scripted-list.ts';
import { clockIn, colourIn, durationIn, joinWords, PLACES, personIn, properNouns, whenIn } from './scripted-words.ts';
import { dayPart, sayDate, sayTime, wallTime } from './time-words.ts';

const DAY_MS = 24 * 3_600_000;
const MAX_ECHO_WORDS = 12;

/** No user says more in one breath; a device that sends a novel must not keep the process busy. */
const MAX_CHARACTERS = 1_000;
const MAX_WORDS = 80;

/** What the placeholders of the replies stand for. One that nothing was heard for is missing. */
export type Slots = Readonly<Partial<Record<SlotName, string>>>;

/** Every placeholder there is. */
export const SLOT_NAMES = [
  /** Now, in words: "ten past three in the afternoon". */
  'time',
  /** "Friday". */
  'weekday',
  /** "Friday, the twenty first of May". */
  'date',
  /** The date of tomorrow. */
  'tomorrow',
  /** "morning", "afternoon", "evening", "night". */
  'day_part',
  /** A city that was named, the time and the weekday there. */
  'city',
  'city_time',
  'city_weekday',
  /** Place and day that were named: "in Paris on Friday". */
  'about',
  /** A sum in words and what it comes to. */
  'sum',
  'result',
  /** "twenty five minutes". */
  'duration',
  /** "seven thirty tomorrow". */
  'clock',
  /** What to be reminded of: "call Anna on Monday". */
  'task',
  /** What should be added to the list, the whole list, how much is on it ("three things"). */
  'items',
  'list',
  'list_count',
  /** What a smart home should do: "turn on the kitchen light". */
  'action',
  'colour',
  'drink',
  'person',
  /** The volume that a call has just set: "fifty". */
  'volume',
  /** The name the user has just told, and the one told at any time. */
  'name',
  'known_name',
  /** The last answer. */
  'previous',
  /** What was heard, a few words of it. */
  'heard',
] as const;

/** The name of a placeholder. */
export type SlotName = (typeof SLOT_NAMES)[number];

/** The moment of a reply. */
export interface SlotTime {
  /** Milliseconds since 1970. */
  readonly wallMs: number;
  /** IANA name; undefined: that of this machine. */
  readonly timeZone: string | undefined;
}

/** The first words of a text: lower case, without punctuation. Signs of arithmetic count as words. */
export function wordsOf(text: string): string[] {
  return text
    .slice(0, MAX_CHARACTERS)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[‘’]/g, "'")
    .replace(/(\d)\s*-\s*(?=\d)/g, '$1 minus ')
    .replace(/(\d)\s*[×x]\s*(?=\d)/g, '$1 * ')
    .replace(/[+*]/g, ' $& ')
    .replace(/[^\p{L}\p{N}'+*]+/gu, ' ')
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS);
}

/**
 * Fills what can be filled from the last user message and from what was said before it.
 * @param result of the call that this message led to
 */
export function readSlots(messages: readonly ChatMessage[], time: SlotTime, result?: string): Slots {
  const said = messages.filter((message) => message.role === 'user').map((message) => wordsOf(textOf(message)));
  const words = said.at(-1) ?? [];
  const now = wallTime(time.wallMs, time.timeZone);
  const place = PLACES.find(({ words: name }) => ` ${words.join(' ')} `.includes(` ${name} `));
  const there = place && wallTime(time.wallMs, place.timeZone);
  const sum = readSum(words);
  const when = whenIn(words);
  const list = shoppingList(said);
  const about = [place && `in ${place.name}`, when].filter((part) => part !== undefined).join(' ');
  const all: Record<SlotName, string | undefined> = {
    time: sayTime(now),
    weekday: now.weekday,
    date: sayDate(now),
    tomorrow: sayDate(wallTime(time.wallMs + DAY_MS, time.timeZone)),
    day_part: dayPart(now.hour) === 'night' ? 'evening' : dayPart(now.hour),
    city: place?.name,
    city_time: there && sayTime(there),
    city_weekday: there?.weekday,
    about: about === '' ? undefined : about,
    sum: sum?.said,
    result: sum && sayNumber(sum.value),
    duration: durationIn(words),
    clock: clockIn(words, when),
    task: taskIn(words),
    items: joinWords(readItems(words)),
    list: joinWords(list),
    list_count: list.length === 0 ? undefined : list.length === 1 ? 'one thing' : `${sayNumber(list.length)} things`,
    action: readAction(words),
    colour: colourIn(words),
    drink: words.find((word) => word === 'tea' || word === 'coffee' || word === 'water'),
    person: personIn(words),
    volume: result === undefined ? undefined : volumeIn(result),
    name: nameIn(words),
    known_name: said.map(nameIn).findLast((name) => name !== undefined),
    previous: previousAnswer(messages),
    heard: echo(words),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The last answer; when that was itself a repetition, what it repeated. */
function previousAnswer(messages: readonly ChatMessage[]): string | undefined {
  const answers = messages.flatMap(({ role, content }) => (role === 'assistant' && content !== '' ? [content] : []));
  let previous = answers.pop();
  for (let earlier = answers.pop(); earlier !== undefined; earlier = answers.pop()) {
    if (previous?.endsWith(earlier)) previous = earlier;
  }
  return previous;
}

function echo(words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  return `${properNouns(words.slice(0, MAX_ECHO_WORDS)).join(' ')}${words.length > MAX_ECHO_WORDS ? ' and so on' : ''}`;
}

function volumeIn(result: string): string | undefined {
  const digits = /\b\d{1,3}\b/.exec(result)?.[0];
  return digits === undefined ? undefined : sayNumber(Number(digits));
}

function nameIn(words: readonly string[]): string | undefined {
  const name = words.find((_, at) => words[at - 3] === 'my' && words[at - 2] === 'name' && words[at - 1] === 'is');
  if (name === undefined || !/^\p{L}{2,20}$/u.test(name)) return undefined;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** What follows "remind me to", seen from our side. A recogniser may write "two" for "to". */
function taskIn(words: readonly string[]): string | undefined {
  const at = words.findIndex((word, index) => word === 'me' && words[index - 1] === 'remind');
  if (at < 0 || !['to', 'two', 'too'].includes(words[at + 1] ?? '')) return undefined;
  const task = words.slice(at + 2, at + 2 + MAX_ECHO_WORDS).map((word) => OTHER_SIDE[word] ?? word);
  return task.length === 0 ? undefined : properNouns(task).join(' ');
}

const OTHER_SIDE: Readonly<Record<string, string>> = { my: 'your', me: 'you', i: 'you', am: 'are', mine: 'yours' };
