import { FRAME_MS, HEARING_RATE } from '../audio/rates.ts';

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
