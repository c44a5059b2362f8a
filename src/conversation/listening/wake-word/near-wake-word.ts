import { isCommonWord } from './common-words.ts';
import { lettersOf, type Piece, piecesOf, type Token } from './said-words.ts';
import { plainLetters, soundDistance, soundOf } from './word-sound.ts';

/** A wake word may have been heard as so many words more than it has. */
const MORE_PIECES = 2;

/** With such a word before the name, the name alone may count. */
const GREETINGS = plainSet(
  'hey hi hello hallo hullo yo dear ok okay hej hei hoi moin servus guten gute morgen tag abend good morning afternoon evening ' +
    'bonjour bonsoir salut coucou allo he hola oye buenos buenas dias tardes ola oi ahoj ciao salve привет эй',
);

/** What else may be said before a wake word that consists of a name. */
const FILLERS = plainSet(
  'um uh er erm hm so oh well please and now euh heu ben alors ah eh äh ähm also ja na bitte pues bueno',
);

/** How far a near miss may be from what is wanted, by its letters: the short must fit better. See `soundDistance`. */
const LIMITS: readonly (readonly [letters: number, limit: number])[] = [
  [10, 1.4],
  [8, 1.1],
  [7, 1],
  [6, 0.85],
  [5, 0.6],
  [4, 0.45],
];
const SHORTEST_LIMIT = 0.3;
/** A wake word that is an everyday word, without a greeting before it. */
const COMMON_LIMIT = 0.45;
/** The greeting before a name that is no everyday word. */
const GREETING_LIMIT = 0.75;
/** Greeting and name together. */
const BOTH_LIMIT = 1.25;

/** What was said behind a wake word. */
export interface WakeWordMatch {
  /** From what is wanted; 0 when it sounds the same. */
  readonly distance: number;
  readonly behind: readonly string[];
}

/** A wake word taken apart. */
interface WakeWord {
  readonly words: number;
  /** How the greeting before the name may sound; empty without one. */
  readonly greetings: readonly string[];
  /** Letters of the greeting. */
  readonly greetingLength: number;
  readonly name: readonly string[];
  readonly nameLength: number;
  readonly nameSound: string;
  /** It consists of everyday words. */
  readonly isCommon: boolean;
}

function readWakeWord(wanted: readonly string[]): WakeWord {
  const plain = wanted.map(lettersOf);
  const first = plain.findIndex((word) => !GREETINGS.has(word));
  // A wake word that is nothing but a greeting is its own name.
  const name = plain.slice(Math.max(0, first));
  const greeting = first < 0 ? '' : plain.slice(0, first).join('');
  const spellings = greeting.startsWith('ok') ? ['ok', 'okay'] : [greeting];
  return {
    words: plain.length,
    greetings: greeting === '' ? [] : spellings.map(soundOf),
    greetingLength: greeting.length,
    name,
    nameLength: name.join('').length,
    nameSound: soundOf(name.join('')),
    isCommon: name.every(isCommonWord),
  };
}

/** What was said, and the pieces of its first words. */
export interface Said {
  readonly words: readonly Token[];
  readonly pieces: readonly Piece[];
}

/** A wake word is looked for within so many words. */
const FIRST_WORDS = 12;

/** What was said, ready to be looked through for several wake words. */
export function readSaid(words: readonly Token[]): Said {
  return { words, pieces: piecesOf(words.slice(0, FIRST_WORDS)) };
}

/**
 * Finds what sounds like a wake word, in at most two words more than it has: the nearest, of those the first.
 * @param wanted the words of the wake word
 * @param withinWords it begins behind at most so many words
 */
export function soundsLike({ words, pieces }: Said, wanted: readonly string[], withinWords: number): WakeWordMatch[] {
  const wake = readWakeWord(wanted);
  let best: { readonly distance: number; readonly end: number } | undefined;
  for (const [start, { word }] of pieces.entries()) {
    if (word > withinWords) break;
    for (let end = start + 1; end <= Math.min(pieces.length, start + wake.words + MORE_PIECES); end++) {
      const distance = distanceOf(pieces.slice(start, end), wake, pieces.slice(0, start));
      if (distance !== null && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { distance, end };
    }
  }
  if (!best) return [];
  const { distance, end } = best;
  const cut = pieces.slice(end).filter(({ word }) => word === pieces[end - 1]?.word);
  const whole = words.slice((pieces[end - 1]?.word ?? 0) + 1).map(({ word }) => word);
  return [{ distance, behind: cut.length > 0 ? [cut.map(({ text }) => text).join('-'), ...whole] : whole }];
}

/** A candidate may be so many letters longer or shorter than what is wanted. */
const SLACK = 3;

/** How far the pieces are from the wake word; null when that is too far. */
function distanceOf(pieces: readonly Piece[], wake: WakeWord, before: readonly Piece[]): number | null {
  const letters = pieces.map((piece) => piece.letters).join('');
  const { length } = letters;
  const isLong = length > wake.greetingLength + wake.nameLength + 2 * SLACK;
  if (isLong || length < wake.nameLength - SLACK) return null;
  const spellings = [letters];
  // "Jarvis's" is what becomes of "Jarvis, what's …"; "the computer's" is no name.
  if (!wake.isCommon && /'s$/.test(pieces.at(-1)?.text ?? '')) spellings.push(letters.slice(0, -1));
  const distances = spellings.flatMap((spelling) => [
    nameAlone(pieces, spelling, wake, before),
    ...greetingAndName(pieces, spelling, wake),
  ]);
  return distances.reduce((best, distance) => (best === null || (distance ?? best) < best ? distance : best), null);
}

function nameAlone(pieces: readonly Piece[], letters: string, wake: WakeWord, before: readonly Piece[]): number | null {
  if (Math.abs(letters.length - wake.nameLength) > SLACK) return null;
  const isGreeted = wake.greetings.length > 0;
  if (isGreeted && (wake.isCommon || before.length > 0)) return null;
  if (!before.every((piece) => FILLERS.has(piece.letters) || GREETINGS.has(piece.letters))) return null;
  if (isOtherWord(pieces, wake)) return null;
  const distance = soundDistance(soundOf(letters), wake.nameSound);
  const limit = limitFor(wake.nameLength) * doubt(pieces);
  if (isGreeted) return distance <= (wake.nameLength > 4 ? limit / 2 : 0) ? distance : null;
  return distance <= (wake.isCommon ? Math.min(limit, COMMON_LIMIT) : limit) ? distance : null;
}

/** With the name from each letter on. */
function greetingAndName(pieces: readonly Piece[], letters: string, wake: WakeWord): (number | null)[] {
  const { greetings, greetingLength, nameLength } = wake;
  if (greetings.length === 0) return [];
  const from = Math.max(1, greetingLength - SLACK, letters.length - nameLength - SLACK);
  const to = Math.min(letters.length - 1, greetingLength + SLACK, letters.length - nameLength + SLACK);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) =>
    nameFrom(from + index, pieces, letters, wake),
  );
}

/** @param at where the name begins in the letters */
function nameFrom(at: number, pieces: readonly Piece[], letters: string, wake: WakeWord): number | null {
  let from = 0;
  const inName = pieces.filter((piece) => {
    from += piece.letters.length;
    return from > at;
  });
  const inGreeting = pieces.slice(0, pieces.length - inName.length);
  // A sentence mark stands between greeting and name at most, and within "o.k.".
  if (inGreeting.slice(0, -1).some(({ stops, letters: { length } }) => stops && length > 1)) return null;
  if (isOtherWord(inName, wake)) return null;
  // Before an everyday word an everyday word is no misspelled greeting: "a computer".
  if (wake.isCommon && inGreeting.length === 1 && isOtherGreeting(inGreeting[0])) return null;
  const name = soundDistance(soundOf(letters.slice(at)), wake.nameSound);
  if (name > limitFor(wake.nameLength) * doubt(inName)) return null;
  const said = soundOf(letters.slice(0, at));
  const greeting = Math.min(...wake.greetings.map((wanted) => soundDistance(said, wanted)));
  if (greeting > (wake.isCommon ? Math.max(COMMON_LIMIT, limitFor(wake.greetingLength)) : GREETING_LIMIT)) return null;
  return name + greeting <= BOTH_LIMIT ? name + greeting : null;
}

/** Whether the recogniser has heard everyday words, or a sentence mark amid them: they are no misspelled name. */
function isOtherWord(pieces: readonly Piece[], { name }: WakeWord): boolean {
  if (pieces.slice(0, -1).some(({ stops }) => stops)) return true;
  const isName = pieces.length === name.length && pieces.every(({ letters }, index) => letters === name[index]);
  return !isName && pieces.every(({ isCommon }) => isCommon);
}

function isOtherGreeting(piece: Piece | undefined): boolean {
  return piece?.isCommon === true && !GREETINGS.has(piece.letters.replace(/(?<=...)s$/, ''));
}

/** An everyday word among several pieces was rather said than misheard. */
function doubt(pieces: readonly Piece[]): number {
  return pieces.length > 1 && pieces.some(({ isCommon }) => isCommon) ? 0.5 : 1;
}

function limitFor(letters: number): number {
  return LIMITS.find(([least]) => letters >= least)?.[1] ?? SHORTEST_LIMIT;
}

function plainSet(words: string): ReadonlySet<string> {
  return new Set(plainLetters(words).split(' '));
}
