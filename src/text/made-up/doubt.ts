import type { StockKind } from './stock-phrases.ts';

/** What Whisper says of how sure it is; null or undefined: it does not say. */
export interface WhisperSureness {
  /** How likely it was no speech, 0 to 1. */
  readonly noSpeech: number | null | undefined;
  /** Mean log probability of the words, 0 at best. */
  readonly logProb: number | null | undefined;
}

/** Where Whisper itself draws the line: beyond both limits, words are made up. */
const NO_SPEECH_LIMIT = 0.6;
const LOG_PROB_LIMIT = -1;

/** Words that were said clearly are about so likely. */
const CLEAR_LOG_PROB = -0.2;

/** From here on a phrase that Whisper likes to make up is believed no longer, and a single word of agreement. */
const DOUBT = { credit: 0, phrase: 0.5, word: 0.8 } as const;

/**
 * How much is to be doubted that words were said, 0 to 1. Either figure alone says little: a door gives no-speech 0.8 with
 * -0.55, 0.5 with -0.9 or 0.35 with -0.55; a clear "thank you" about 0.02 with -0.25.
 */
export function doubtOf({ noSpeech, logProb }: WhisperSureness): number {
  const unclear = Math.max(0, CLEAR_LOG_PROB - (logProb ?? CLEAR_LOG_PROB));
  return Math.min(1, (noSpeech ?? 0) + unclear);
}

/** Whether words are made up, whatever they are. */
export function isMadeUp({ noSpeech, logProb }: WhisperSureness): boolean {
  return (noSpeech ?? 0) > NO_SPEECH_LIMIT && (logProb ?? 0) < LOG_PROB_LIMIT;
}

/** Whether a text of this kind is not to be believed at so much doubt. */
export function isTooDoubtful(kind: StockKind | null, doubt: number): boolean {
  return kind !== null && doubt >= DOUBT[kind];
}
