import type { Paced, Pacer } from '../../audio/pacer.ts';
import type { Clock, Timer } from '../../core/clock.ts';

/** The clock for the code of one device: what one of its timers throws is caught. */
export class GuardedClock implements Clock {
  readonly #clock: Clock;
  readonly #onThrow: (error: unknown) => void;

  constructor(clock: Clock, onThrow: (error: unknown) => void) {
    this.#clock = clock;
    this.#onThrow = onThrow;
  }

  now(): number {
    return this.#clock.now();
  }

  wallNow(): number {
    return this.#clock.wallNow();
  }

  setTimer(run: () => void, delayMs: number): Timer {
    const guarded = () => {
      try {
        run();
      } catch (error) {
        this.#onThrow(error);
      }
    };
    return this.#clock.setTimer(guarded, delayMs);
  }

  clearTimer(timer: Timer | undefined): void {
    this.#clock.clearTimer(timer);
  }
}

/** The pacer for the code of one device: what throws in a tick is caught, and has no further tick. */
export class GuardedPacer implements Pacer {
  readonly #pacer: Pacer;
  readonly #onThrow: (error: unknown) => void;
  readonly #guards = new Map<Paced, Paced>();

  constructor(pacer: Pacer, onThrow: (error: unknown) => void) {
    this.#pacer = pacer;
    this.#onThrow = onThrow;
  }

  add(paced: Paced): void {
    if (this.#guards.has(paced)) return;
    const guard: Paced = {
      tick: (nowMs) => {
        try {
          paced.tick(nowMs);
        } catch (error) {
          this.remove(paced);
          this.#onThrow(error);
        }
      },
    };
    this.#guards.set(paced, guard);
    this.#pacer.add(guard);
  }

  remove(paced: Paced): void {
    const guard = this.#guards.get(paced);
    if (!guard) return;
    this.#guards.delete(paced);
    this.#pacer.remove(guard);
  }

  /** Ticks nothing of this device any more. */
  clear(): void {
    for (const paced of this.#guards.keys()) this.remove(paced);
  }
}
