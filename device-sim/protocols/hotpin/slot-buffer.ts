import type { Clock } from '#src/core/clock';

/** Bytes of a millisecond of what is played. */
const BYTES_PER_MS = 32;

/** The buffers of a pin: each message takes a whole one until its audio is played, however short it is. */
export class SlotBuffer {
  readonly #clock: Clock;
  readonly #slots: number;
  /** When each message in a buffer will have been played, monotonic milliseconds. */
  #until: number[] = [];
  /** Messages for which there was no buffer. */
  overflowed = 0;
  /** Times at which the loudspeaker had nothing to play amid an answer. */
  underruns = 0;

  /** @param slots 4 without PSRAM, 16 with it */
  constructor(clock: Clock, slots: number) {
    this.#clock = clock;
    this.#slots = slots;
  }

  /** Milliseconds until everything is played. */
  get leftMs(): number {
    return Math.max(0, (this.#until.at(-1) ?? 0) - this.#clock.now());
  }

  /** A message has come. @returns whether there was room for it */
  push(bytes: number): boolean {
    const now = this.#clock.now();
    const last = this.#until.at(-1);
    if (last !== undefined && last < now) this.underruns += 1;
    this.#until = this.#until.filter((untilMs) => untilMs > now);
    if (this.#until.length >= this.#slots) {
      this.overflowed += 1;
      return false;
    }
    this.#until.push(Math.max(last ?? now, now) + bytes / BYTES_PER_MS);
    return true;
  }

  /** An answer begins, or is over. */
  reset(): void {
    this.#until = [];
  }
}
