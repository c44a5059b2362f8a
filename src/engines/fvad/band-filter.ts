import { HEARING_RATE } from '../../audio/rates.ts';

/** Every so many samples one is kept: 4 kHz are left of 16. */
export const KEEP_EVERY = 4;
const KEPT_RATE = HEARING_RATE / KEEP_EVERY;

/** Length of the low pass, samples. It needs no sample of its own output: a third of the time of a recursive one. */
const TAPS = 32;

/** Of the two second-order sections of a Butterworth high pass of the fourth order. */
const QUALITIES = [0.541, 1.307] as const;

interface Section {
  readonly b0: number;
  readonly b1: number;
  readonly a1: number;
  readonly a2: number;
  s1: number;
  s2: number;
}

/** Lets through what lies between two frequencies, and keeps every fourth sample. Holds state: one for each microphone. */
export class BandFilter {
  readonly #taps: Float64Array;
  readonly #sections: readonly Section[];
  /** The end of the frame before, then the frame. */
  readonly #samples: Float64Array;

  /** @param frameSamples length of every frame */
  constructor(fromHz: number, toHz: number, frameSamples: number) {
    this.#taps = lowPass(toHz);
    this.#sections = QUALITIES.map((quality) => highPass(fromHz, quality));
    this.#samples = new Float64Array(TAPS + frameSamples);
  }

  reset(): void {
    this.#samples.fill(0);
    for (const section of this.#sections) section.s1 = section.s2 = 0;
  }

  /** Filters a frame at 16 kHz into `out`, from `at` on, at 4 kHz. Returns the energy of the samples that came in. */
  decimate(frame: Int16Array, out: Float64Array, at: number): number {
    const samples = this.#samples;
    const taps = this.#taps;
    samples.copyWithin(0, samples.length - TAPS);
    samples.set(frame, TAPS);
    let energy = 0;
    for (let index = TAPS; index < samples.length; index++) energy += (samples[index] as number) ** 2;
    let to = at;
    for (let from = KEEP_EVERY; from + TAPS <= samples.length; from += KEEP_EVERY) {
      let sum = 0;
      // The low pass is symmetric.
      const last = from + TAPS - 1;
      for (let tap = 0; tap < TAPS / 2; tap++) {
        sum += (taps[tap] as number) * ((samples[from + tap] as number) + (samples[last - tap] as number));
      }
      out[to++] = sum;
    }
    for (const section of this.#sections) pass(section, out, at, to);
    return energy;
  }
}

/** One section over samples, in place. */
function pass(section: Section, samples: Float64Array, from: number, to: number): void {
  const { b0, b1, a1, a2 } = section;
  let { s1, s2 } = section;
  for (let index = from; index < to; index++) {
    const sample = samples[index] as number;
    const filtered = b0 * sample + s1;
    s1 = b1 * sample - a1 * filtered + s2;
    s2 = b0 * sample - a2 * filtered;
    samples[index] = filtered;
  }
  section.s1 = s1;
  section.s2 = s2;
}

/** A windowed sinc. */
function lowPass(hz: number): Float64Array {
  const taps = Float64Array.from({ length: TAPS }, (_, index) => {
    const at = index - (TAPS - 1) / 2;
    const window = 0.54 + 0.46 * Math.cos((2 * Math.PI * at) / TAPS);
    return (window * Math.sin((2 * Math.PI * hz * at) / HEARING_RATE)) / (Math.PI * at);
  });
  const sum = taps.reduce((all, tap) => all + tap, 0);
  return taps.map((tap) => tap / sum);
}

function highPass(hz: number, quality: number): Section {
  const angle = (2 * Math.PI * hz) / KEPT_RATE;
  const cos = Math.cos(angle);
  const alpha = Math.sin(angle) / (2 * quality);
  const all = 1 + alpha;
  const b0 = (1 + cos) / 2 / all;
  return { b0, b1: -2 * b0, a1: (-2 * cos) / all, a2: (1 - alpha) / all, s1: 0, s2: 0 };
}
