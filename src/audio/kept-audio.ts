import { HEARING_RATE } from './rates.ts';

const FIRST_SAMPLES = HEARING_RATE * 4;

/** The audio of an utterance from its start, mono s16 at 16 kHz, as far as there is room. On the 20 ms path. */
export class KeptAudio {
  readonly #maxSamples: number;
  #samples = new Int16Array(0);
  #count = 0;

  constructor(maxSamples: number) {
    this.#maxSamples = maxSamples;
  }

  /** Samples so far. */
  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === this.#maxSamples;
  }

  /** All of it. Valid until the next call of {@link KeptAudio.add}. */
  get samples(): Int16Array {
    return this.#samples.subarray(0, this.#count);
  }

  /** Forgets it, and gives its memory back. */
  clear(): void {
    this.#samples = new Int16Array(0);
    this.#count = 0;
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
