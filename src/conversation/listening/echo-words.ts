import { type AfterAnswer, isOwnEcho, repeats } from '../echo/own-words.ts';
import { isBackchannel } from './utterance-text.ts';

/** A backchannel so near the beginning or the end of an answer only shows that the user listens, milliseconds. */
const BACKCHANNEL_WINDOW_MS = 1_000;

/** What is known of the answer that the user speaks over. */
export interface AnswerNow {
  /** The words that may be echoing just then. */
  readonly said: string;
  /** How much of it was played when the user began, and is left now; infinite while its end is not known. Milliseconds. */
  readonly playedBeforeMs: number;
  readonly leftMs: number;
  /** Whether any of it was sent. */
  readonly isSounding: boolean;
  /** It is a question over REST: any word may be the answer to it. */
  readonly isAsking: boolean;
}

/** Whether words over an answer are meant to interrupt it: neither its own echo nor a backchannel. */
export function judgeBargeIn(text: string, answer: AnswerNow): boolean {
  const { said, playedBeforeMs, leftMs, isSounding, isAsking } = answer;
  if (text === '' || repeats(text, said)) return false;
  if (!isSounding || isAsking || !isBackchannel(text)) return true;
  return playedBeforeMs > BACKCHANNEL_WINDOW_MS && leftMs > BACKCHANNEL_WINDOW_MS;
}

/** What is known of the moments before a turn. */
export interface BeforeTurn {
  /** It began while the last answer was still being played, and did not interrupt it. */
  readonly beganOver: boolean;
  /** The last answer ended with a question, or was one over REST: then "yes" is an answer. */
  readonly lastQuestion: boolean;
  /** The answer shortly before; undefined when it was long ago. */
  readonly after: AfterAnswer | undefined;
}

/** What the user really said to the device: nothing, when it is the device's own echo or a backchannel. */
export function judgeTranscript(text: string, { beganOver, lastQuestion, after }: BeforeTurn): string {
  if (after && isOwnEcho(text, after)) return '';
  return beganOver && !lastQuestion && isBackchannel(text) ? '' : text;
}
