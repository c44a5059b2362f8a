import { SILENCE_DB } from '../../audio/level.ts';

/** Levels of the newest frames of one direction by the time at which they sounded, in slots of a frame. A ring. */
export class LevelHistory {
  readonly #levels: Float32Array;
  #newest = Number.NEGATIVE_INFINITY;

  /** @param slots how many frames are kept */
  constructor(slots: number) {
    this.#levels = new Float32Array(slots).fill(SILENCE_DB);
  }

  /** Of the newest frame; minus infinity before there is any. */
  get newest(): number {
    return this.#newest;
  }

  /** Slots that were left out are silent. */
  put(slot: number, level: number): void {
    const slots = this.#levels.length;
    for (let at = Math.max(this.#newest + 1, slot - slots + 1); at <= slot; at++) this.#levels[at % slots] = SILENCE_DB;
    this.#newest = Math.max(this.#newest, slot);
    // Frames come in order, but a resumed answer may touch a slot twice.
    if (this.#has(slot)) this.#levels[slot % slots] = Math.max(this.at(slot), level);
  }

  /** dB; silence for what is not kept. */
  at(slot: number): number {
    return this.#has(slot) ? (this.#levels[slot % this.#levels.length] ?? SILENCE_DB) : SILENCE_DB;
  }

  /** Levels from this slot on, as many as there is room for, no lower than `floor`, dB. */
  copy(slot: number, into: Float32Array, floor: number): void {
    const slots = this.#levels.length;
    for (let index = 0; index < into.length; index++) {
      const at = slot + index;
      into[index] = this.#has(at) ? Math.max(this.#levels[at % slots] ?? SILENCE_DB, floor) : floor;
    }
  }

  /** The loudest from this slot on, dB; silence when there is none. On the 20 ms path. @param last Default: the newest */
  loudestFrom(slot: number, last: number = this.#newest): number {
    const slots = this.#levels.length;
    const first = Math.max(slot, this.#newest - slots + 1, 0);
    let loudest = SILENCE_DB;
    for (let left = Math.min(last, this.#newest) - first + 1, at = first % slots; left > 0; left--) {
      loudest = Math.max(loudest, this.#levels[at] ?? SILENCE_DB);
      at = at + 1 === slots ? 0 : at + 1;
    }
    return loudest;
  }

  /** The loudest from one slot to another, both included, dB; silence when there is none. On the 20 ms path. */
  loudestBetween(first: number, last: number): number {
    let loudest = SILENCE_DB;
    for (let slot = first; slot <= last; slot++) loudest = Math.max(loudest, this.at(slot));
    return loudest;
  }

  /** What lies behind this slot does not sound after all. */
  silenceAfter(slot: number): void {
    for (let at = slot + 1; at <= this.#newest; at++) this.#levels[at % this.#levels.length] = SILENCE_DB;
  }

  #has(slot: number): boolean {
    return slot <= this.#newest && slot > this.#newest - this.#levels.length && slot >= 0;
  }
}
