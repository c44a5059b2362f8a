/** At most this many different keys are remembered; beyond it the oldest is forgotten, and so may be said once more. */
const MAX_KEYS = 4096;

/** Lets one of many like messages through in a stretch of time, and counts those it held back. */
export class RepeatLimiter {
  readonly #quietMs: number;
  readonly #seen = new Map<string, { readonly at: number; heldBack: number }>();

  /** @param quietMs how long a key is held back after it was let through, milliseconds */
  constructor(quietMs: number) {
    this.#quietMs = quietMs;
  }

  /** Returns how many were held back since the last time, when this one may be said; undefined when it may not. */
  pass(key: string, nowMs: number): number | undefined {
    const entry = this.#seen.get(key);
    // An entry from the future: the wall clock was set back.
    if (entry && nowMs >= entry.at && nowMs - entry.at < this.#quietMs) {
      entry.heldBack += 1;
      return undefined;
    }
    this.#seen.delete(key);
    this.#seen.set(key, { at: nowMs, heldBack: 0 });
    if (this.#seen.size > MAX_KEYS) {
      for (const oldest of this.#seen.keys()) {
        this.#seen.delete(oldest);
        break;
      }
    }
    return entry?.heldBack ?? 0;
  }
}
