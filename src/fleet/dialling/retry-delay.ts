import { backoffDelayMs, type Jitter, jittered } from '../../core/backoff.ts';
import type { Random } from '../../core/clock.ts';

/** The numbers behind every wait before a redial, milliseconds. Reasons: docs/ARCHITECTURE.md, "Redialling". */
export const RETRY = {
  factor: 1.8,
  jitter: 0.2,
  capMs: 60_000,
  /** After the unexpected loss of a stable line: at most this long. */
  blipMs: 250,
  /** After that, while it is still fresh: a device that restarts is back within a second of being able to. */
  freshMs: 700,
  freshForMs: 15_000,
  /** After a close that the device announced (1000, 1001, 1012): it is likely to be restarting. */
  announcedMs: 5_000,
  busyMs: 15_000,
  /** A Retry-After of the device is believed up to this. */
  busyMaxMs: 300_000,
  authFailedMs: 300_000,
  /** A line that was up this long is stable: the count of failures starts anew. */
  stableMs: 30_000,
  /** So many unexpected losses in this time are flapping. */
  flappingLosses: 5,
  flappingWindowMs: 300_000,
  flappingMs: 10_000,
  /** So many short lives in the same time look like a brown-out: a device that resets when its radio starts. */
  brownOutMs: 60_000,
} as const;

const SPREAD: Jitter = { kind: 'around', share: RETRY.jitter };

/** Spreads `ms` by +-20 %, so that a fleet that fell together does not come back in step. */
export function withJitter(ms: number, random: Random): number {
  return jittered(ms, SPREAD, random);
}

/**
 * The wait before attempt `failures + 1`: `baseMs` x 1.8^(failures-1), at most 60 s, +-20 % and never over the cap.
 * @param failures failed attempts so far, at least 1
 */
export function backoffMs(baseMs: number, failures: number, random: Random): number {
  // A delay of the file may be over the cap: it is then its own cap.
  const capMs = Math.max(RETRY.capMs, baseMs);
  const delayMs = backoffDelayMs({ baseMs, factor: RETRY.factor, capMs, jitter: SPREAD }, failures, random);
  return Math.min(delayMs, capMs);
}
