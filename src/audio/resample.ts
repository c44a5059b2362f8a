import { DialtoneError } from '../core/errors.ts';
import { type Kernel, kernelFor } from './resample-kernel.ts';

/** Changes the sample rate of one stream: mono s16. */
export interface Resampler {
  /**
   * Takes the next samples, any number, and returns what can be computed so far; the last 2 ms or so stay inside until more
   * comes. The result is the caller's, except that equal rates hand the very samples back.
   */
  process(samples: Int16Array): Int16Array;
  /**
   * Ends the stream: returns what is still inside. All results together are exactly ceil(input * toRate / fromRate) samples.
   * The next `process` begins a new stream.
   */
  flush(): Int16Array;
  /** Gives the memory back. Further calls throw. Calling it twice does nothing. */
  free(): void;
}

const MIN_RATE = 1000;
const MAX_RATE = 384_000;

/**
 * Makes a resampler between two rates, Hz. Throws DialtoneError `audio_bad_format` for a rate that is no whole number from
 * 1,000 to 384,000.
 */
export async function createResampler(fromRate: number, toRate: number): Promise<Resampler> {
  checkRate(fromRate);
  checkRate(toRate);
  return fromRate === toRate ? new PassThrough() : new SincResampler(kernelFor(fromRate, toRate));
}

function checkRate(rate: number): void {
  if (Number.isInteger(rate) && rate >= MIN_RATE && rate <= MAX_RATE) return;
  throw new DialtoneError(
    'audio_bad_format',
    `A sample rate of ${rate} Hz cannot be converted; use ${MIN_RATE} to ${MAX_RATE}.`,
  );
}

const NONE = new Int16Array(0);

class PassThrough implements Resampler {
  #freed = false;

  process(samples: Int16Array): Int16Array {
    if (this.#freed) throw freed();
    return samples;
  }

  flush(): Int16Array {
    if (this.#freed) throw freed();
    return NONE;
  }

  free(): void {
    this.#freed = true;
  }
}

/**
 * Output sample k lies at k * step / phases input samples, and is the weighted sum of the `taps` input samples around it.
 * The weights depend only on the fraction, of which there are `phases`.
 */
class SincResampler implements Resampler {
  #kernel: Kernel | undefined;
  /** Input samples that are still needed; [0] is the first one that the next output sample looks at. */
  #window: Float64Array;
  #held: number;
  /** Where between two input samples the next output sample lies, in units of 1 / phases. */
  #fraction = 0;
  #inputSamples = 0;
  #outputSamples = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#window = new Float64Array(kernel.taps * 2);
    this.#held = kernel.taps / 2 - 1;
  }

  process(samples: Int16Array): Int16Array {
    const kernel = this.#kernel;
    if (!kernel) throw freed();
    this.#inputSamples += samples.length;
    this.#makeRoom(samples.length);
    const window = this.#window;
    for (let index = 0; index < samples.length; index++) window[this.#held + index] = samples[index] ?? 0;
    this.#held += samples.length;
    return this.#produce(kernel, Number.POSITIVE_INFINITY);
  }

  flush(): Int16Array {
    const kernel = this.#kernel;
    if (!kernel) throw freed();
    const total = Math.ceil((this.#inputSamples * kernel.phases) / kernel.step);
    this.#makeRoom(kernel.taps);
    this.#window.fill(0, this.#held, this.#held + kernel.taps);
    this.#held += kernel.taps;
    const rest = this.#produce(kernel, total - this.#outputSamples);
    this.#held = kernel.taps / 2 - 1;
    this.#window.fill(0, 0, this.#held);
    this.#fraction = 0;
    this.#inputSamples = 0;
    this.#outputSamples = 0;
    return rest;
  }

  free(): void {
    this.#kernel = undefined;
    this.#window = new Float64Array(0);
  }

  #makeRoom(count: number): void {
    const needed = this.#held + count;
    if (needed <= this.#window.length) return;
    const larger = new Float64Array(Math.max(needed, this.#window.length * 2));
    larger.set(this.#window.subarray(0, this.#held));
    this.#window = larger;
  }

  #produce(kernel: Kernel, most: number): Int16Array {
    const { taps, phases, step, weights } = kernel;
    const window = this.#window;
    // The output sample at position p needs the inputs p … p + taps - 1 to be held.
    const positions = this.#held - taps + 1;
    const reach = positions * phases - this.#fraction;
    const count = Math.min(most, reach > 0 ? Math.ceil(reach / step) : 0);
    if (count <= 0) return NONE;
    const output = new Int16Array(count);
    let at = 0;
    let fraction = this.#fraction;
    for (let index = 0; index < count; index++) {
      const row = kernel.rowOf(fraction) * taps;
      const rounded = Math.round(weigh(weights, row, window, at, taps));
      output[index] = Math.max(-32_768, Math.min(32_767, rounded));
      fraction += step;
      const whole = Math.floor(fraction / phases);
      at += whole;
      fraction -= whole * phases;
    }
    this.#fraction = fraction;
    this.#outputSamples += count;
    // No later output sample looks at what lies before `at`.
    window.copyWithin(0, at, this.#held);
    this.#held -= at;
    return output;
  }
}

/**
 * The sum of `count` products, a multiple of 4. This is where all the time goes: four sums side by side and indices that are
 * plainly 32-bit take half of what the obvious loop does.
 */
function weigh(weights: Float64Array, row: number, window: Float64Array, at: number, count: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let index = 0; index < count; index = (index + 4) | 0) {
    const w = (row + index) | 0;
    const x = (at + index) | 0;
    a += (weights[w] ?? 0) * (window[x] ?? 0);
    b += (weights[(w + 1) | 0] ?? 0) * (window[(x + 1) | 0] ?? 0);
    c += (weights[(w + 2) | 0] ?? 0) * (window[(x + 2) | 0] ?? 0);
    d += (weights[(w + 3) | 0] ?? 0) * (window[(x + 3) | 0] ?? 0);
  }
  return a + b + c + d;
}

function freed(): DialtoneError {
  return new DialtoneError('internal', 'This resampler was freed; make a new one.');
}
