import type { Clock } from '#src/core/clock';

/** Packets that wait for the decoder (firmware 2.4.2); what comes beyond is thrown away without a word. */
const MAX_PACKETS = 40;

/** The packets of an answer on their way through a device: each sounds for its length, one after the other. */
export class DecodeQueue {
  readonly #clock: Clock;
  readonly #frameMs: number;
  #endsAtMs = Number.NEGATIVE_INFINITY;
  /** Packets that found no room. */
  overflowed = 0;
  /** The most that ever waited. */
  deepest = 0;
  /** Pauses within an answer because nothing had come. */
  underruns = 0;
  #isEmptyByRight = true;

  constructor(clock: Clock, frameMs: number) {
    this.#clock = clock;
    this.#frameMs = frameMs;
  }

  /** Takes a packet. @returns false when there is no room */
  push(): boolean {
    const now = this.#clock.now();
    const waiting = Math.ceil(Math.max(0, this.#endsAtMs - now) / this.#frameMs);
    if (waiting >= MAX_PACKETS) {
      this.overflowed += 1;
      return false;
    }
    if (now > this.#endsAtMs && !this.#isEmptyByRight) this.underruns += 1;
    this.#isEmptyByRight = false;
    this.deepest = Math.max(this.deepest, waiting + 1);
    this.#endsAtMs = Math.max(now, this.#endsAtMs) + this.#frameMs;
    return true;
  }

  /** Milliseconds until all is played. */
  get leftMs(): number {
    return Math.max(0, this.#endsAtMs - this.#clock.now());
  }

  /** Throws away what waits: the decoder begins anew. */
  reset(): void {
    this.#endsAtMs = Number.NEGATIVE_INFINITY;
    this.#isEmptyByRight = true;
  }
}
