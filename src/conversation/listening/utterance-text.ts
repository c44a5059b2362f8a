import { lastWordOf } from './unfinished-words.ts';

/** What a user says to show that they listen, in English or French. */
const BACKCHANNELS = new Set(
  'mhm mm mmm hm hmm uh-huh uhuh huh yeah yes yep yup ok okay right sure oh ah aha i see good nice wow oui ouais ok bon ah bien'.split(
    ' ',
  ),
);
/** Longer ones are meant, whatever they consist of. */
const LONGEST_BACKCHANNEL = 3;

/** The words of a text, lower case, without punctuation. */
export function plainWords(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .split(/[^\p{L}\p{N}'-]+/u)
    .map((word) => word.replace(/^['-]+|['-]+$/g, ''))
    .filter((word) => word !== '');
}

/** Whether two texts say the same, but for capitals, punctuation and spaces. */
export function saysTheSame(a: string, b: string): boolean {
  return plainWords(a).join(' ') === plainWords(b).join(' ');
}

/** Why a speaker who says this last is likely to go on. */
export type Unfinished =
  /** They think: "um", a comma, a dash, an ellipsis. */
  | 'hesitation'
  /** The last word seldom ends a sentence, in the language of the others: "and", "the", "of". */
  | 'closed_class';

/**
 * Whether a speaker who says this last is likely to go on, and why; null: not that one could tell. A sentence mark
 * outweighs the words.
 * @param languages that may be spoken, BCP 47, the likeliest first
 */
export function unfinished(text: string, languages: readonly string[]): Unfinished | null {
  if (/(?:[,،、，…—–-]|\.\.\.)\s*$/.test(text)) return 'hesitation';
  if (isComplete(text)) return null;
  const last = lastWordOf(plainWords(text), languages);
  if (last === 'other') return null;
  return last === 'sound' ? 'hesitation' : 'closed_class';
}

/** Whether the recogniser's punctuation says that the sentence is complete. */
export function isComplete(text: string): boolean {
  return /[.!?。！？؟।॥۔]["'”’»)」』]*\s*$/.test(text) && !/\.\.\.\s*$/.test(text);
}

/** Whether this only shows that the user listens: "mhm", "yes", "I see". */
export function isBackchannel(text: string): boolean {
  const words = plainWords(text);
  return words.length > 0 && words.length <= LONGEST_BACKCHANNEL && words.every((word) => BACKCHANNELS.has(word));
}
