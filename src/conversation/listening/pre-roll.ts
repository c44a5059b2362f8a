/** The last moments before speech was noticed, so that the first syllable is not lost. A ring of whole frames. */
export class PreRoll {
  readonly #frames: readonly Int16Array[];
  #next = 0;
  #filled = 0;

  constructor(frames: number, frameSamples: number) {
    this.#frames = Array.from({ length: frames }, () => new Int16Array(frameSamples));
  }

  /** Remembers a frame (copied); the oldest is forgotten. */
  push(frame: Int16Array): void {
    this.#frames[this.#next]?.set(frame);
    this.#next = (this.#next + 1) % this.#frames.length;
    this.#filled = Math.min(this.#filled + 1, this.#frames.length);
  }

  /** Hands out the last so many frames, oldest first, as far as they are remembered, and forgets them all. */
  drain(frames: number, take: (frame: Int16Array) => void): void {
    const count = Math.min(frames, this.#filled);
    const first = this.#next - count + this.#frames.length;
    for (let index = 0; index < count; index++) {
      const frame = this.#frames[(first + index) % this.#frames.length];
      if (frame) take(frame);
    }
    this.#filled = 0;
  }

  clear(): void {
    this.#filled = 0;
  }
}
