/** So many mistakes are told of between two recordings. */
const MAX_TOLD = 20;

/** A mistake is told once until the next recording: a device that repeats it needs no flood of answers. */
export class ToldOnce {
  readonly #told = new Set<string>();

  /** @returns whether the device is to be told of this */
  isNew(message: string): boolean {
    if (this.#told.has(message) || this.#told.size >= MAX_TOLD) return false;
    this.#told.add(message);
    return true;
  }

  /** A recording begins. */
  clear(): void {
    this.#told.clear();
  }
}
