import type { Clock, Timer } from '../core/clock.ts';

/** Time between two ticks, milliseconds. */
export const TICK_MS = 20;

/** Something that has work to do at a steady pace. */
export interface Paced {
  /** @param nowMs monotonic milliseconds */
  tick(nowMs: number): void;
}

/** So many timers share the playouts: what the playouts of one timer send together delays other work less than all playouts would. */
const BEATS = 4;

/** So many playouts are worth no timer more: what they have to send takes a millisecond. */
const FEW = 8;

/** Gives a steady pace to every playout that is added. */
export interface Pacer {
  add(paced: Paced): void;
  remove(paced: Paced): void;
}

/** Ticks every playout of the process, a part of them at a time. */
export class SharedPacer implements Pacer {
  readonly #beats: readonly Beat[];

  constructor(clock: Clock) {
    this.#beats = Array.from({ length: BEATS }, () => new Beat(clock));
  }

  add(paced: Paced): void {
    const fewest = Math.min(...this.#beats.map(({ size }) => size));
    this.#beats.find(({ size }) => size < FEW || size === fewest)?.add(paced);
  }

  remove(paced: Paced): void {
    for (const beat of this.#beats) beat.remove(paced);
  }
}

/** One timer. Its ticks keep to absolute deadlines: a late one does not delay the next. It sleeps while nothing is played. */
class Beat {
  readonly #clock: Clock;
  readonly #paced = new Set<Paced>();
  #timer: Timer | undefined;
  #deadlineMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#paced.size;
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
    try {
      for (const paced of this.#paced) paced.tick(now);
    } finally {
      this.#timer = undefined;
      if (this.#paced.size > 0) {
        // Missed ticks are skipped, not made up for: a playout catches up by itself from the time it is told.
        this.#deadlineMs = Math.max(this.#deadlineMs + TICK_MS, now);
        this.#arm();
      }
    }
  }
}
