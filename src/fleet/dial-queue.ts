/** Gives out the right to dial, to so many at once. Urgent wishes go first; otherwise first come, first served. */
export class DialQueue {
  readonly #limit: () => number;
  readonly #waiting = new Map<string, { readonly urgent: boolean; readonly grant: () => void }>();
  readonly #dialling = new Set<string>();

  /** @param limit how many may dial at once, asked anew each time */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  /** Asks for a slot: `grant` is called once, now or later. A second wish under the same key replaces the first. */
  request(key: string, urgent: boolean, grant: () => void): void {
    this.#waiting.set(key, { urgent, grant });
    this.#serve();
  }

  /** Gives back the slot, or the place in the queue. */
  release(key: string): void {
    this.#waiting.delete(key);
    this.#dialling.delete(key);
    this.#serve();
  }

  #serve(): void {
    while (this.#dialling.size < this.#limit()) {
      const key = this.#next();
      if (key === undefined) return;
      const entry = this.#waiting.get(key);
      this.#waiting.delete(key);
      this.#dialling.add(key);
      entry?.grant();
    }
  }

  #next(): string | undefined {
    for (const [key, entry] of this.#waiting) if (entry.urgent) return key;
    return this.#waiting.keys().next().value;
  }
}

/** Slots for a fleet of `devices`: few enough for an access point, enough that dead ones do not starve live ones. */
export function dialLimit(devices: number): number {
  return Math.min(Math.max(Math.ceil(devices / 8), 16), 128);
}
