import type { OggPagePlace } from './ogg-reader.ts';

/** Samples of granule positions in a millisecond: Ogg counts Opus at 48 kHz, whatever was encoded (RFC 7845 §4). */
const PER_MS = 48;

/** A smaller gap is rounding, or a device that counts a little wrong, milliseconds. */
const SMALLEST_GAP_MS = 60;
/** More silence than this changes nothing any more: the user has finished. Milliseconds. */
const LONGEST_GAP_MS = 3_000;

/** So many pages in a row must count the length of their packets, within a quarter, before a gap is believed. */
const EVIDENCE = 3;
const TOLERANCE = 0.25;
/**
 * An encoder sends a packet every 400 ms through a silence (RFC 6716 §2.1.9); a gap longer than this must be followed by
 * audio again before the next one is believed, so that a few bytes cannot make minutes of silence. Milliseconds.
 */
const REFRESH_MS = 500;

/**
 * Finds the silence that an encoder left out (DTX) by the granule positions of its pages. It is not believed of the first
 * page, across lost pages or garbage, nor of a device whose positions do not go with its packets: they may be anything.
 */
export class GranuleGaps {
  #known = false;
  #serial = 0;
  #sequence = 0;
  #granule = 0;
  #evidence = 0;

  /** How much silence was left out before this page, 0 to 3000 ms. To be called with every page of a connection, in order. */
  before(page: OggPagePlace): number {
    const { first, serial, sequence, granule, durationMs, afterGarbage } = page;
    const follows =
      this.#known && !first && !afterGarbage && serial === this.#serial && sequence === (this.#sequence + 1) >>> 0;
    this.#serial = serial;
    this.#sequence = sequence;
    if (!follows || !(durationMs >= 0)) this.#evidence = 0;
    // No packet ends on it: it only counts as a page.
    if (durationMs === 0) return 0;
    const gapMs = (granule - this.#granule) / PER_MS - durationMs;
    this.#granule = granule;
    this.#known = granule > 0;
    if (!follows || !this.#known) return 0;
    return this.#believed(gapMs, durationMs);
  }

  #believed(gapMs: number, durationMs: number): number {
    if (Math.abs(gapMs) <= TOLERANCE * durationMs) {
      this.#evidence += 1;
      return 0;
    }
    // A single packet that was left out speaks neither for the device nor against it.
    if (gapMs > 0 && gapMs < SMALLEST_GAP_MS) return 0;
    const believed = gapMs > 0 && this.#evidence >= EVIDENCE;
    if (!believed || gapMs > REFRESH_MS) this.#evidence = 0;
    return believed ? Math.min(gapMs, LONGEST_GAP_MS) : 0;
  }
}
