import { FRAME_MS, HEARING_RATE } from '../audio/rates.ts';

/** Samples in one VAD frame: 20 ms at 16 kHz. */
export const VAD_FRAME_SAMPLES = (HEARING_RATE * FRAME_MS) / 1_000;

/** Voice activity of one microphone. Holds state: one for each device. */
export interface Vad {
  /** One 20 ms frame (320 samples, 16 kHz mono s16) in, whether it is speech out. Synchronous: it is on the 20 ms path. */
  isSpeech(frame: Int16Array): boolean;
  /** Forgets what it has heard. */
  reset(): void;
  /** Gives its memory back. */
  free(): void;
}
