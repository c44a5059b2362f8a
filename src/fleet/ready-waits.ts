import type { Clock } from '../core/clock.ts';

/** The longest that a caller may wait for a device to be connected, seconds. */
export const MAX_READY_WAIT_SECONDS = 300;

/** What callers are told of that wait, whatever they call. */
export const READY_WAIT_DESCRIPTION =
  'Seconds to wait for a device that is not connected. Default: 0, which refuses at once with `not_connected`.';

/** Callers that wait for a device to be connected. */
export class ReadyWaits {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<(isReady: boolean) => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves with true when the device is ready, with false after `ms` milliseconds or when the process ends. */
  wait(device: string, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isReady: boolean) => {
        this.#clock.clearTimer(timer);
        waiting.delete(settle);
        if (waiting.size === 0 && this.#waiting.get(device) === waiting) this.#waiting.delete(device);
        resolve(isReady);
      };
      const timer = this.#clock.setTimer(() => settle(false), ms);
      const waiting = this.#waiting.get(device) ?? new Set();
      this.#waiting.set(device, waiting.add(settle));
    });
  }

  /** The device is ready. Those who wait are told soon after. */
  ready(device: string): void {
    for (const settle of [...(this.#waiting.get(device) ?? [])]) settle(true);
  }

  /** None of them will be ready any more. */
  end(): void {
    for (const waiting of [...this.#waiting.values()]) for (const settle of [...waiting]) settle(false);
  }
}
