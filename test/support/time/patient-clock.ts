import { type Clock, systemClock } from '#src/core/clock';

/** So much longer than on the machine's clock takes everything. */
const PATIENCE = 20;

/**
 * The machine's clock for engines of tests: their limits are meant to find one that hangs, and a busy machine must not look
 * like that. It always shows the same time of day, which the scripted replies tell.
 */
export const patientClock: Clock = {
  now: () => systemClock.now() / PATIENCE,
  wallNow: () => Date.UTC(2026, 0, 1, 12, 34),
  setTimer: (run, delayMs) => systemClock.setTimer(run, delayMs * PATIENCE),
  clearTimer: (timer) => systemClock.clearTimer(timer),
};
