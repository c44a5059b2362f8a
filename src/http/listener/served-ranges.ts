/** So many gaps are remembered; a range that would make more counts as not served. */
const MAX_RANGES = 64;

/** Which bytes of a file were served, whatever the order and the overlap. */
export class ServedRanges {
  readonly #size: number;
  /** Ascending, without overlap; the end is excluded. */
  #ranges: readonly (readonly [from: number, to: number])[] = [];
  #isEmptyServed = false;

  constructor(size: number) {
    this.#size = size;
  }

  /** `to` is excluded. */
  add(from: number, to: number): void {
    if (this.#size === 0) this.#isEmptyServed = true;
    const apart = this.#ranges.filter(([start, end]) => end < from || start > to);
    const joined = this.#ranges.filter(([start, end]) => end >= from && start <= to);
    const start = Math.min(from, ...joined.map(([begin]) => begin));
    const end = Math.max(to, ...joined.map(([, stop]) => stop));
    if (apart.length < MAX_RANGES) this.#ranges = [...apart, [start, end] as const].sort(([a], [b]) => a - b);
  }

  /** Every byte was served. */
  get isWhole(): boolean {
    if (this.#size === 0) return this.#isEmptyServed;
    const [first] = this.#ranges;
    return first !== undefined && first[0] === 0 && first[1] === this.#size;
  }
}
