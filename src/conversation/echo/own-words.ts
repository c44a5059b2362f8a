import { editDistance } from '../../core/edit-distance.ts';
import { plainWords } from '../listening/utterance-text.ts';

/** Share of words in common, in order, from which what is heard is held to be what is being said. */
const ECHO_SHARE = 0.7;

/** Fewer words than this after an answer may come from a user who repeats them: "tea or coffee?" - "coffee". */
const MANY_WORDS = 4;

/** Few words that are an echo are among the last so many of the answer. */
const LAST_WORDS = 9;

/** Whether what was heard consists of the words that were said, in their order, as far as a recogniser may mishear them. */
export function repeats(heard: string, said: string): boolean {
  const a = plainWords(heard);
  const b = plainWords(said);
  if (a.length === 0 || b.length === 0) return false;
  return commonInOrder(a, b) / a.length >= ECHO_SHARE;
}

/** What is known when words come shortly after an answer. */
export interface AfterAnswer {
  /** The last words of the answer, those that may still echo. */
  readonly said: string;
  /** Whether answers of this device come back through its microphone. */
  readonly hasEcho: 'yes' | 'no' | 'unknown';
  /** The answer asked something: the user may repeat a word of it. */
  readonly isQuestion: boolean;
  /** It was sounding already when the microphone was opened after the answer. */
  readonly wasSounding: boolean;
}

/** Whether words heard shortly after an answer are its echo. */
export function isOwnEcho(heard: string, { said, hasEcho, isQuestion, wasSounding }: AfterAnswer): boolean {
  if (hasEcho === 'no') return false;
  const a = plainWords(heard);
  const b = plainWords(said);
  if (a.length === 0 || b.length === 0) return false;
  if (a.length >= MANY_WORDS) return commonInOrder(a, b) / a.length >= ECHO_SHARE;
  if (!isRunIn(a, b.slice(-LAST_WORDS))) return false;
  return hasEcho === 'yes' || !isQuestion || wasSounding;
}

/** Whether the words stand in the others, one right after the other. */
function isRunIn(words: readonly string[], others: readonly string[]): boolean {
  return others.some((_, start) => words.every((word, index) => soundsLike(word, others[start + index] ?? '')));
}

/** Whether a recogniser may take one word for the other: one letter in four may differ. */
function soundsLike(a: string, b: string): boolean {
  if (a === b) return true;
  const limit = Math.floor(Math.min(a.length, b.length) / 4);
  return limit > 0 && editDistance(a, b, limit) <= limit;
}

/** Length of the longest common subsequence. */
function commonInOrder(a: readonly string[], b: readonly string[]): number {
  let row: number[] = new Array(b.length + 1).fill(0);
  for (const word of a) {
    const next = [0];
    for (const [index, other] of b.entries()) {
      next.push(soundsLike(word, other) ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
