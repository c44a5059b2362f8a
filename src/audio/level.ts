/** What is quieter than this is all the same, dB below full scale. */
export const SILENCE_DB = -90;

/** Level of a stretch of s16 samples, dB relative to full scale (root mean square): -90 .. 0. */
export function levelDb(samples: Int16Array): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) {
    const sample = samples[index] ?? 0;
    sum += sample * sample;
  }
  if (sum === 0 || samples.length === 0) return SILENCE_DB;
  return Math.max(SILENCE_DB, 10 * Math.log10(sum / samples.length / 32768 ** 2));
}
