/** A timer that {@link Clock.clearTimer} takes back. */
export type Timer = { readonly id: unknown };

/** Every "now" and every timer goes through a clock, so that backoff, playout and turns are tested in virtual time. */
export interface Clock {
  /** Monotonic milliseconds since an arbitrary point. Never jumps. */
  now(): number;
  /** Wall-clock time, milliseconds since 1970. For people to read, never for measuring. */
  wallNow(): number;
  /** Calls `run` once after `delayMs` (clamped to 0 .. 2^31-1: a larger one would fire at once in Node). */
  setTimer(run: () => void, delayMs: number): Timer;
  clearTimer(timer: Timer | undefined): void;
}

const MAX_DELAY_MS = 2 ** 31 - 1;

/** The machine's clock. Its timers keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  setTimer: (run, delayMs) => ({ id: setTimeout(run, Math.min(Math.max(delayMs, 0), MAX_DELAY_MS)) }),
  clearTimer: (timer) => {
    if (timer) clearTimeout(timer.id as NodeJS.Timeout);
  },
};

/** A source of chance in [0, 1), as Math.random. */
export type Random = () => number;
