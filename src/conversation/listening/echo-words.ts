import { isBackchannel, isEchoOf, plainWords } from './utterance-text.ts';

/** A "mhm" so near the beginning or the end of an answer only shows that somebody listens, milliseconds. */
const BACKCHANNEL_WINDOW_MS = 1_000;

/** Fewer words than this behind an answer are an answer to it: "tea or coffee?" – "coffee". */
const ECHO_WORDS = 4;

/** What is known of the answer that somebody speaks over. */
export interface AnswerNow {
  /** The words that may be echoing just then. */
  readonly said: string;
  /** How much of it was played when the speaker began, and is left now; infinite while its end is not known. Milliseconds. */
  readonly playedBeforeMs: number;
  readonly leftMs: number;
  /** Whether any of it was sent. */
  readonly isSounding: boolean;
}

/** Whether words over an answer are meant to interrupt it: neither its own echo nor a sign of listening. */
export function judgeBargeIn(text: string, { said, playedBeforeMs, leftMs, isSounding }: AnswerNow): boolean {
  if (text === '' || isEchoOf(text, said)) return false;
  if (!isSounding || !isBackchannel(text)) return true;
  return playedBeforeMs > BACKCHANNEL_WINDOW_MS && leftMs > BACKCHANNEL_WINDOW_MS;
}

/** What is known of the moments before a turn. */
export interface BeforeTurn {
  /** It began while the last answer was still being played, and did not interrupt it. */
  readonly beganOver: boolean;
  /** The last answer ended with a question: then "yes" is an answer. */
  readonly lastQuestion: boolean;
  /** Words of the last answer that may still have echoed; empty when it was long ago. */
  readonly mayEcho: string;
}

/** What the user really said to us: nothing, when it was our own echo or a sign of listening. */
export function judgeTranscript(text: string, { beganOver, lastQuestion, mayEcho }: BeforeTurn): string {
  if (plainWords(text).length >= ECHO_WORDS && isEchoOf(text, mayEcho)) return '';
  return beganOver && !lastQuestion && isBackchannel(text) ? '' : text;
}
