import { isTooDoubtful } from '../../../text/made-up/doubt.ts';
import { withoutNoiseWords } from '../../../text/made-up/noise-words.ts';
import { withoutLoops } from '../../../text/made-up/repeated-words.ts';
import { stockKind } from '../../../text/made-up/stock-phrases.ts';
import { isBackchannel } from '../utterance-text.ts';
import { spokenMs } from './spoken-time.ts';

/** What is known of an utterance besides its words. Milliseconds of audio. */
export interface VoiceEvidence {
  readonly speechMs: number;
  readonly voicedMs: number;
  /** A person speaks for sure, in some stretch of it. */
  readonly isVoice: boolean;
}

/** What a recogniser says of an utterance, and how much that is worth. */
export interface Recognised {
  readonly text: string;
  /** As the engine says, 0 to 1. */
  readonly doubt: number;
  /** Whether the recogniser waits for the end: such a one makes up phrases for noise, as Whisper does. */
  readonly isBlind: boolean;
}

/** So much of the time that words take must be speech, and a voice, for a phrase that is often made up. */
const SPEECH_SHARE = 0.75;
const VOICED_SHARE = 0.35;

/** Speech may last so many times as long as such a phrase takes, and so much longer. */
const TIMES = 2;
const LONGER_MS = 1_200;

/** With this much doubt of the engine's own, the phrase must fill the speech better; and with so much any words must. */
const SOME_DOUBT = 0.3;
const FULL_DOUBT = 1;
const DOUBTFUL_TIMES = 1.5;
const DOUBTFUL_LONGER_MS = 600;

/** Speech over an answer that is shorter than this may be a cough that was taken for a phrase, milliseconds. */
const SHORT_MS = 900;

/**
 * The words of an utterance that were really said; empty when none were: what names a sound is none, what repeats itself is
 * cut, and a phrase that recognisers make up for noise ("Thank you.") must fit the voice that was heard.
 */
export function believable({ text, doubt, isBlind }: Recognised, voice: VoiceEvidence): string {
  const spoken = withoutNoiseWords(text);
  if (spoken === '' || !isBlind) return spoken;
  const { text: cut, wasLoop } = withoutLoops(spoken);
  const kind = stockKind(cut);
  if (kind === null) return doubt < FULL_DOUBT || fits(cut, doubt, voice) ? cut : '';
  if (wasLoop || isTooDoubtful(kind, doubt)) return '';
  return fits(cut, doubt, voice) ? cut : '';
}

/** Whether the speech is about as long as the words take, and enough of it a voice. */
function fits(text: string, doubt: number, { speechMs, voicedMs, isVoice }: VoiceEvidence): boolean {
  if (!isVoice && (doubt >= SOME_DOUBT || stockKind(text) === 'phrase')) return false;
  const takesMs = spokenMs(text);
  const [times, longerMs] = doubt >= SOME_DOUBT ? [DOUBTFUL_TIMES, DOUBTFUL_LONGER_MS] : [TIMES, LONGER_MS];
  if (speechMs > takesMs * times + longerMs) return false;
  return speechMs >= takesMs * SPEECH_SHARE && voicedMs >= takesMs * VOICED_SHARE;
}

/**
 * Whether words over an answer are not worth interrupting it: the user coughs, agrees or says thanks.
 * @param speechMs how long was spoken
 * @param isSounding whether anything of the answer was heard: before, agreement is none
 */
export function isIdleTalk(text: string, speechMs: number, isSounding: boolean): boolean {
  if (speechMs >= SHORT_MS) return false;
  const kind = stockKind(text);
  return kind === 'credit' || kind === 'phrase' || (!isSounding && (kind === 'word' || isBackchannel(text)));
}
