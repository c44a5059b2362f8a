/** The newest `limit` items, oldest first. */
export class Ring<T> {
  readonly #limit: number;
  #items: T[] = [];
  #total = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(item: T): void {
    this.#total++;
    if (this.#limit === 0) return;
    this.#items.push(item);
    // Cut in blocks: a shift for every item of a full log would move the whole array each time.
    if (this.#items.length >= this.#limit * 2) this.#items = this.#items.slice(-this.#limit);
  }

  /** A copy of what is kept. */
  toArray(): T[] {
    return this.#limit === 0 ? [] : this.#items.slice(-this.#limit);
  }

  /** How many were ever pushed. */
  get total(): number {
    return this.#total;
  }
}
