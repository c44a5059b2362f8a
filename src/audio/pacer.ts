import type { Clock, Timer } from '../clock.ts';

/** Time between two ticks, milliseconds. */
export const TICK_MS = 20;

/** Something that has work to do at a steady pace. */
export interface Paced {
  /** @param nowMs monotonic milliseconds */
  tick(nowMs: number): void;
}

/**
 * One timer for every playout of the process. Ticks keep to absolute deadlines: a late one does not delay the next. It
 * sleeps while nobody plays.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #paced = new Set<Paced>();
  #timer: Timer | undefined;
  #deadlineMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(paced: Paced): void {
    this.#paced.add(paced);
    if (this.#timer) return;
    this.#deadlineMs = this.#clock.now() + TICK_MS;
    this.#arm();
  }

  remove(paced: Paced): void {
    this.#paced.delete(paced);
  }

  #arm(): void {
    this.#timer = this.#clock.setTimer(() => this.#tick(), this.#deadlineMs - this.#clock.now());
  }

  #tick(): void {
    const now = this.#clock.now();
    for (const paced of this.#paced) paced.tick(now);
    this.#timer = undefined;
    if (this.#paced.size === 0) return;
    // Missed ticks are skipped, not made up for: a playout catches up by itself from the time it is told.
    this.#deadlineMs = Math.max(this.#deadlineMs + TICK_MS, now);
    this.#arm();
  }
}
