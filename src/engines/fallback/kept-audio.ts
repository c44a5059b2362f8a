import { HEARING_RATE } from '../../audio/rates.ts';

const FIRST_SAMPLES = HEARING_RATE * 4;

/** The audio of an utterance from its start, as far as there is room. */
export class KeptAudio {
  readonly #maxSamples: number;
  #samples = new Int16Array(0);
  #count = 0;

  constructor(maxSamples: number) {
    this.#maxSamples = maxSamples;
  }

  get isFull(): boolean {
    return this.#count === this.#maxSamples;
  }

  /** All of it. Valid until the next call of {@link KeptAudio.add}. */
  get samples(): Int16Array {
    return this.#samples.subarray(0, this.#count);
  }

  /** Copies the samples for which there is room; returns those. */
  add(samples: Int16Array): Int16Array {
    const taken = samples.subarray(0, this.#maxSamples - this.#count);
    const count = this.#count + taken.length;
    if (count > this.#samples.length) {
      const larger = new Int16Array(Math.min(this.#maxSamples, Math.max(FIRST_SAMPLES, 2 * this.#count, count)));
      larger.set(this.samples);
      this.#samples = larger;
    }
    this.#samples.set(taken, this.#count);
    this.#count = count;
    return taken;
  }
}
