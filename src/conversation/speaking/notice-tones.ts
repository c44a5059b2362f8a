import { tone } from '../../audio/pcm.ts';

/** Two falling tones: the turn has failed. */
const TONES_HZ = [660, 440] as const;
const TONE_MS = 160;
const AMPLITUDE = 0.25;

/** The sound of a turn that has failed, mono s16, a piece for each tone. */
export function noticeTones(sampleRate: number): Int16Array[] {
  return TONES_HZ.map((hz) => tone({ hz, ms: TONE_MS, sampleRate, amplitude: AMPLITUDE }));
}
