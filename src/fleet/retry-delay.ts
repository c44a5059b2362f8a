import type { Random } from '../clock.ts';

/** The numbers behind every wait before a redial, milliseconds. Reasons: docs/ARCHITECTURE.md, "Redialling". */
export const RETRY = {
  factor: 1.8,
  jitter: 0.2,
  capMs: 60_000,
  /** After the unexpected loss of a stable line: at most this long. */
  blipMs: 250,
  /** After a close that the device announced (1000, 1001, 1012): it is likely to be restarting. */
  announcedMs: 5_000,
  busyMs: 15_000,
  /** A Retry-After of the device is believed up to this. */
  busyMaxMs: 300_000,
  authFailedMs: 300_000,
  /** A line that was up this long is stable: the count of failures starts anew. */
  stableMs: 30_000,
} as const;

/** Spreads `ms` by +-20 %, so that a fleet that fell together does not come back in step. */
export function withJitter(ms: number, random: Random): number {
  return ms * (1 + RETRY.jitter * (2 * random() - 1));
}

/**
 * The wait before attempt `failures + 1`: `baseMs` x 1.8^(failures-1), at most 60 s, +-20 % and never over the cap.
 * @param failures failed attempts so far, at least 1
 */
export function backoffMs(baseMs: number, failures: number, random: Random): number {
  // The exponent is bounded so that a device dead for a year does not overflow into Infinity.
  const grown = baseMs * RETRY.factor ** Math.min(failures - 1, 40);
  return Math.min(withJitter(Math.min(grown, RETRY.capMs), random), RETRY.capMs);
}
