/** Bytes that may be taken and must be given back: one budget for many buffers. */
export class MemoryBudget {
  #free: number;

  /** @param bytes how much there is */
  constructor(bytes: number) {
    this.#free = bytes;
  }

  /** Bytes not taken. */
  get free(): number {
    return this.#free;
  }

  /** Takes them, if there are so many. */
  take(bytes: number): boolean {
    if (bytes > this.#free) return false;
    this.#free -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#free += bytes;
  }
}

/** Mono s16 samples that are collected: a second at a time, so that growing never copies what is there. */
export class SampleBuffer {
  readonly sampleRate: number;
  readonly #maxSeconds: number;
  readonly #memory: MemoryBudget;
  readonly #seconds: Int16Array[] = [];
  #length = 0;
  #dropped = 0;

  /**
   * @param sampleRate Hz
   * @param maxSeconds what comes later is dropped
   * @param memory when it has no more, what comes is dropped too
   */
  constructor(sampleRate: number, maxSeconds: number, memory: MemoryBudget) {
    this.sampleRate = sampleRate;
    this.#maxSeconds = maxSeconds;
    this.#memory = memory;
  }

  /** Length of what is kept, milliseconds. */
  get ms(): number {
    return (this.#length * 1000) / this.sampleRate;
  }

  /** Length of what was dropped, milliseconds. */
  get droppedMs(): number {
    return (this.#dropped * 1000) / this.sampleRate;
  }

  /** Samples kept. */
  get length(): number {
    return this.#length;
  }

  /** What is kept, in pieces; valid until `free`. */
  get pieces(): readonly Int16Array[] {
    return this.#seconds.map((second, index) => second.subarray(0, this.#length - index * this.sampleRate));
  }

  /** Copies samples. Nothing is kept behind a gap: a side that was dropped once is dropped until the end. */
  push(samples: Int16Array): void {
    let at = 0;
    while (at < samples.length) {
      const used = this.#length % this.sampleRate;
      if (this.#dropped > 0 || (used === 0 && !this.#grow())) {
        this.#dropped += samples.length - at;
        return;
      }
      const room = this.sampleRate - used;
      // On the 20 ms path: no view is made where none is needed.
      const piece = at === 0 && samples.length <= room ? samples : samples.subarray(at, at + room);
      this.#seconds.at(-1)?.set(piece, used);
      this.#length += piece.length;
      at += piece.length;
    }
  }

  /** Counts samples that cannot be kept. */
  drop(samples: number): void {
    this.#dropped += samples;
  }

  /** Gives the memory back. The buffer is empty then. */
  free(): void {
    this.#memory.give(this.#seconds.length * this.sampleRate * 2);
    this.#seconds.length = 0;
    this.#length = 0;
  }

  #grow(): boolean {
    if (this.#seconds.length >= this.#maxSeconds || !this.#memory.take(this.sampleRate * 2)) return false;
    this.#seconds.push(new Int16Array(this.sampleRate));
    return true;
  }
}
