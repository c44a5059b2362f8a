/** The last moments before speech was noticed, so that the first syllable is not lost. A ring of whole frames. */
export class PreRoll {
  /** All frames behind one another: an array of its own for each would take a third more memory. */
  readonly #ring: Int16Array;
  readonly #frames: number;
  readonly #frameSamples: number;
  #next = 0;
  #filled = 0;

  constructor(frames: number, frameSamples: number) {
    this.#ring = new Int16Array(frames * frameSamples);
    this.#frames = frames;
    this.#frameSamples = frameSamples;
  }

  /** Remembers a frame (copied); the oldest is forgotten. */
  push(frame: Int16Array): void {
    this.#ring.set(frame, this.#next * this.#frameSamples);
    this.#next = (this.#next + 1) % this.#frames;
    this.#filled = Math.min(this.#filled + 1, this.#frames);
  }

  /** Hands out the last so many frames, oldest first, as far as they are remembered. */
  last(frames: number, take: (frame: Int16Array) => void): void {
    const count = Math.min(frames, this.#filled);
    const first = this.#next - count + this.#frames;
    for (let index = 0; index < count; index++) {
      const at = ((first + index) % this.#frames) * this.#frameSamples;
      take(this.#ring.subarray(at, at + this.#frameSamples));
    }
  }

  /** As {@link PreRoll.last}, and forgets them all. */
  drain(frames: number, take: (frame: Int16Array) => void): void {
    this.last(frames, take);
    this.clear();
  }

  clear(): void {
    this.#filled = 0;
  }
}
