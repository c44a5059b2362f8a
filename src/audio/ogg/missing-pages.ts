import type { OggPagePlace } from './ogg-reader.ts';

/** Samples of granule positions in a millisecond: Ogg counts Opus at 48 kHz, whatever was encoded (RFC 7845 §4). */
const PER_MS = 48;
/** How far the time between two pages may be from the length of the second one when nothing is missing between them. */
const TOLERANCE = 0.25;

/** A larger jump is another count and no loss. Pages. */
const LARGEST_GAP = 250;

/** So many pages are judged together. */
const WINDOW = 20;
/** In each window there must be so many gaps, and so many pages must be missing: a third of all. */
const GAPS = 3;
const MISSING = 10;
/** So many windows in a row. */
const WINDOWS = 5;

/**
 * Notices that a stream permanently lacks pages, by their sequence numbers. TCP loses none, and a device whose network
 * stalls leaves some out now and then; but a device with a second reader gives that one every second page.
 */
export class MissingPages {
  #known = false;
  #serial = 0;
  #sequence = 0;
  #granule = 0;
  #pages = 0;
  #gaps = 0;
  #missing = 0;
  #windows = 0;

  /** Whether the newest pages lacked so many others, all the time. */
  get areMissing(): boolean {
    return this.#windows >= WINDOWS;
  }

  /** To be called with every page of a connection, in order. */
  add(page: OggPagePlace): void {
    const { first, serial, sequence, granule, durationMs, afterGarbage } = page;
    const follows = this.#known && !first && !afterGarbage && serial === this.#serial;
    const missing = ((sequence - this.#sequence) >>> 0) - 1;
    if (follows && missing > 0 && missing <= LARGEST_GAP && !this.#isContinuous(granule, durationMs)) {
      this.#gaps += 1;
      this.#missing += missing;
    }
    this.#known = true;
    this.#serial = serial;
    this.#sequence = sequence;
    this.#granule = granule;
    this.#pages += 1;
    if (this.#pages === WINDOW) this.#judge();
  }

  /** Whether the page begins when the one before it ended: such a device only counts its pages in another way. */
  #isContinuous(granule: number, durationMs: number): boolean {
    const passedMs = (granule - this.#granule) / PER_MS;
    return Math.abs(passedMs - durationMs) <= TOLERANCE * durationMs;
  }

  #judge(): void {
    this.#windows = this.#gaps >= GAPS && this.#missing >= MISSING ? this.#windows + 1 : 0;
    this.#pages = 0;
    this.#gaps = 0;
    this.#missing = 0;
  }
}
