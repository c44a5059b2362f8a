import { meanSquare } from './pcm.ts';

/** What is quieter than this is all the same, dB below full scale. */
export const SILENCE_DB = -90;

/** Level of a stretch of s16 samples, dB relative to full scale (root mean square): -90 .. 0. */
export function levelDb(samples: Int16Array): number {
  // The logarithm of 0 is -Infinity.
  return Math.max(SILENCE_DB, 10 * Math.log10(meanSquare(samples)));
}
