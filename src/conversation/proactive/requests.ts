import type { VoiceName } from '../../config/voices/voice-names.ts';
import type { ErrorCode } from '../../core/errors.ts';

/** Why a conversation takes no request to speak. `busy`: too many wait already. */
export type SpeechRefusalHere = 'not_connected' | 'busy';

/** Audio that a client sends for the loudspeaker. */
export interface SpokenAudio {
  /** Hz, 8,000 to 48,000. */
  readonly sampleRate: number;
  /**
   * Mono s16, read as it is played. Called once, when it is its turn; aborting the signal ends it. It never throws: what is not
   * complete ends before its time.
   */
  chunks(signal: AbortSignal): AsyncIterable<Int16Array>;
}

/** Something to be said that no user asked for. */
export interface SayRequest {
  /** Empty with `audio`. */
  readonly text: string;
  /** Played in place of a text. */
  readonly audio?: SpokenAudio;
  /** Default: the device's own. */
  readonly voice?: VoiceName;
  /** Whether an answer in progress is cut short; else it is waited for. A user who is speaking is never cut short. */
  readonly interrupt: boolean;
  /** Whether the microphone is opened behind it, for a device that has to be woken up or pressed. */
  readonly listenAfter: boolean;
}

/** What became of it. */
export interface SayResult {
  /** `interrupted`: by the user or another request. `expired`: the turns before it took too long. */
  readonly outcome: 'played' | 'interrupted' | 'failed' | 'disconnected' | 'expired';
  /** The words that the loudspeaker has played. */
  readonly heard: string;
  /** Length of the audio sent, milliseconds. */
  readonly spokenMs: number;
  readonly error?: { readonly code: ErrorCode; readonly message: string };
}

/** A question that no user asked for. */
export interface AskRequest {
  readonly text: string;
  readonly voice?: VoiceName;
  /** How long the user may take to begin to answer, milliseconds from the end of the question. */
  readonly timeoutMs: number;
}

/** The user is to be heard without having been asked anything. */
export interface HearRequest {
  /** How long the user may take to begin to speak, milliseconds. */
  readonly timeoutMs: number;
}

/** What became of something that the user has said and the device has recorded. */
export type RecordingResult =
  /** It is a turn, which is being answered. `text`: what was recognised. */
  | { readonly outcome: 'heard'; readonly turn: number; readonly text: string }
  /** There were no words in it. */
  | { readonly outcome: 'no_speech'; readonly turn: number }
  /** The user, or another request, has ended it before it was recognised. */
  | { readonly outcome: 'interrupted' | 'disconnected' }
  | { readonly outcome: 'failed'; readonly error: { readonly code: ErrorCode; readonly message: string } };

/** What became of it. */
export interface AskResult extends Omit<SayResult, 'outcome'> {
  /** `no_answer`: it was asked, but nothing was said within the time. */
  readonly outcome: 'answered' | 'no_answer' | 'interrupted' | 'failed' | 'disconnected' | 'expired';
  /** What the user said; empty unless `answered`. */
  readonly answer: string;
}
