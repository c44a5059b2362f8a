import { HEARING_RATE } from '#src/audio/rates';

const CUT_OFF_HZ = 1_500;
const STAGES = 3;
const LOUDER = 8;

/** Speech as from the small loudspeaker of a toy, mono s16 at 16 kHz: without what lies below 1.5 kHz, and as loud as before. */
export function tinny(samples: Int16Array): Int16Array {
  const keep = Math.exp((-2 * Math.PI * CUT_OFF_HZ) / HEARING_RATE);
  let values = Float64Array.from(samples);
  for (let stage = 0; stage < STAGES; stage++) {
    let [before, out] = [0, 0];
    values = values.map((value) => {
      out = keep * (out + value - before);
      before = value;
      return out;
    });
  }
  return Int16Array.from(values, (value) => Math.max(-32_768, Math.min(32_767, value * LOUDER)));
}
