import type { Clock, Timer } from '#src/core/clock';
import { SimError } from './sim-error.ts';

interface Waiter<T> {
  readonly matches: (item: T) => boolean;
  readonly resolve: (item: T) => void;
  readonly reject: (error: SimError) => void;
  readonly timer: Timer;
}

/** The callers that wait for something to happen, first come, first served. */
export class Waiters<T> {
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiter<T>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves with the next item that matches; rejects with SimError `timeout` and the text of `explain`. */
  wait(timeoutMs: number, explain: () => string, matches: (item: T) => boolean = () => true): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.setTimer(() => {
        this.#waiting.delete(waiter);
        reject(new SimError('timeout', `${explain()} (waited ${timeoutMs} ms)`));
      }, timeoutMs);
      const waiter: Waiter<T> = { matches, resolve, reject, timer };
      this.#waiting.add(waiter);
    });
  }

  /** Hands an item to the first waiter that it matches; false when there was none. */
  offer(item: T): boolean {
    for (const waiter of this.#waiting) {
      if (!waiter.matches(item)) continue;
      this.#remove(waiter);
      waiter.resolve(item);
      return true;
    }
    return false;
  }

  /** Hands an item to every waiter that it matches. */
  offerAll(item: T): void {
    for (const waiter of [...this.#waiting]) {
      if (!waiter.matches(item)) continue;
      this.#remove(waiter);
      waiter.resolve(item);
    }
  }

  /** Nothing will come any more. */
  reject(error: SimError): void {
    for (const waiter of [...this.#waiting]) {
      this.#remove(waiter);
      waiter.reject(error);
    }
  }

  #remove(waiter: Waiter<T>): void {
    this.#waiting.delete(waiter);
    this.#clock.clearTimer(waiter.timer);
  }
}
