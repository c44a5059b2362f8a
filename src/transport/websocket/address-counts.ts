/** Counts what is there of each address. */
export class AddressCounts {
  readonly #counts = new Map<string, number>();

  /** One more. @returns how many there are now */
  add(address: string): number {
    const count = (this.#counts.get(address) ?? 0) + 1;
    this.#counts.set(address, count);
    return count;
  }

  /** One less. */
  remove(address: string): void {
    const count = (this.#counts.get(address) ?? 0) - 1;
    if (count > 0) this.#counts.set(address, count);
    else this.#counts.delete(address);
  }

  /** Addresses of which something is there. */
  get size(): number {
    return this.#counts.size;
  }
}
