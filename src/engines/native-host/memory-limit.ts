/** What a host takes may grow by so much beyond what it took with all its models loaded, whatever the limit. */
const ROOM = 1.25;

/**
 * When a host takes so much memory that it has to be started again: memory that native code has lost comes back only with
 * the process. Megabytes throughout.
 */
export class MemoryLimit {
  readonly #max: number;
  #base: number | undefined;

  constructor(max = Number.POSITIVE_INFINITY) {
    this.#max = max;
  }

  /** What is measured next is what the models need by themselves: they were just loaded. */
  reset(): void {
    this.#base = undefined;
  }

  /**
   * Why the host has to be started again; undefined: it has not. While something is in flight, only at twice the limit.
   * Models that need more than the limit by themselves raise it, or the host would be started again for ever.
   */
  verdict(megabytes: number, isBusy: boolean): string | undefined {
    this.#base ??= megabytes;
    const limit = Math.max(this.#max, this.#base * ROOM);
    if (megabytes <= (isBusy ? limit * 2 : limit)) return undefined;
    return `it took ${megabytes} MB of memory, more than ${Math.round(limit)} MB`;
  }
}
