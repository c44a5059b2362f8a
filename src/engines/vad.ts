import { FRAME_MS, HEARING_RATE } from '../audio/rates.ts';
import type { Engine } from './engine-call.ts';

/** Samples in one VAD frame: 20 ms at 16 kHz. */
export const VAD_FRAME_SAMPLES = (HEARING_RATE * FRAME_MS) / 1_000;

/** What the sound of a frame is, beyond being like speech. */
export type Voicing =
  /** A voice: it has a pitch, and changes as a voice does. */
  | 'voiced'
  /** It has a pitch, but is held like a note, dies away like a blow, or is too high. */
  | 'held'
  /** No pitch: a consonant, noise, or no speech at all. */
  | 'none';

/** Voice activity of one microphone. Holds state: one for each device. */
export interface Vad {
  /** One 20 ms frame (320 samples, 16 kHz mono s16) in, whether it is speech out. Synchronous: it is on the 20 ms path. */
  isSpeech(frame: Int16Array): boolean;
  /** A second look at the frame that was asked about last; undefined for a detector that takes none. */
  readonly voicing?: Voicing;
  /** Forgets what it has heard. */
  reset(): void;
  /** Gives its memory back. */
  free(): void;
}

/** What a checker makes of a sound so far. */
export type CheckVerdict =
  /** It is speech now, or was a moment ago. */
  | 'speech'
  /** It is something else. */
  | 'noise'
  /** The answer is expected soon. */
  | 'pending'
  /** There is no answer, or not in time: the VAD alone counts. */
  | 'unavailable';

/** So long an answer may be outstanding, milliseconds: then the verdict is `unavailable`. */
export const CHECK_LIMIT_MS = 150;

/** One sound that is listened to a second time. */
export interface SpeechCheck {
  /** Takes mono s16 samples at 16 kHz, any length, the moments before the sound first. Copies them. Never throws. */
  write(samples: Int16Array): void;
  /** What is known by now. Read it once a frame: it is on the 20 ms path. */
  readonly verdict: CheckVerdict;
  /** Nothing more is asked. */
  close(): void;
}

/**
 * A second, dearer detector of speech, shared by all devices. It works in another process and answers some milliseconds later,
 * so it is asked only about a sound that a {@link Vad} has taken for speech, and only whether that begins anything.
 */
export interface SpeechChecker extends Engine {
  /** Begins to listen to a sound. Cheap and synchronous; without a detector every verdict is `unavailable`. */
  listen(): SpeechCheck;
}
