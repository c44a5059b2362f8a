import type { Clock } from '#src/core/clock';

/** The clock of a sound chip: it runs a little faster or slower than the clock of the program. */
export interface DriftClock extends Clock {
  /** What the program's clock shows when this clock shows `driftedMs`. */
  toProgram(driftedMs: number): number;
}

/**
 * Makes a clock that runs faster than `clock`. Both show the same at the moment of the call.
 * @param ppm parts per million, negative for slower. ESP32 units differ by -74 to +32 (rbouteiller/airplay-esp32 issue 165)
 */
export function createDriftClock(clock: Clock, ppm: number): DriftClock {
  if (ppm === 0) return asItIs(clock);
  const start = clock.now();
  const rate = 1 + ppm / 1_000_000;
  return {
    now: () => start + (clock.now() - start) * rate,
    wallNow: () => clock.wallNow(),
    setTimer: (run, delayMs) => clock.setTimer(run, delayMs / rate),
    clearTimer: (timer) => clock.clearTimer(timer),
    toProgram: (driftedMs) => start + (driftedMs - start) / rate,
  };
}

function asItIs(clock: Clock): DriftClock {
  return {
    now: () => clock.now(),
    wallNow: () => clock.wallNow(),
    setTimer: (run, delayMs) => clock.setTimer(run, delayMs),
    clearTimer: (timer) => clock.clearTimer(timer),
    toProgram: (driftedMs) => driftedMs,
  };
}
