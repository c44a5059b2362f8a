/**
 * Cuts a stream of samples into frames of one length. There is one buffer: a frame is only valid during the call of
 * `onFrame`, and a push copies no sample twice.
 */
export class FrameCutter {
  readonly #frame: Int16Array;
  readonly #onFrame: (frame: Int16Array) => void;
  #filled = 0;

  /** @param frameSamples length of every frame, at least 1; throws RangeError otherwise */
  constructor(frameSamples: number, onFrame: (frame: Int16Array) => void) {
    if (!Number.isInteger(frameSamples) || frameSamples < 1) {
      throw new RangeError(`A frame has a whole number of samples, at least 1, not ${frameSamples}.`);
    }
    this.#frame = new Int16Array(frameSamples);
    this.#onFrame = onFrame;
  }

  /** Takes samples, any number of them, and hands on the frames that became full. */
  push(samples: Int16Array): void {
    const frame = this.#frame;
    for (let at = 0; at < samples.length; ) {
      const count = Math.min(frame.length - this.#filled, samples.length - at);
      // Copying as one block takes a tenth of copying sample by sample, the view that it needs included.
      frame.set(count === samples.length ? samples : samples.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled === frame.length) this.#hand();
    }
  }

  /** Forgets what is left. */
  reset(): void {
    this.#filled = 0;
  }

  #hand(): void {
    this.#filled = 0;
    this.#onFrame(this.#frame);
  }
}
