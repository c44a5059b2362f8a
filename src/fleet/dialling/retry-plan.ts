import type { Random } from '../../core/clock.ts';
import type { LinkClose } from '../../transport/link-close.ts';
import { type LineRecord, leastWaitMs } from './line-record.ts';
import { backoffMs, RETRY, withJitter } from './retry-delay.ts';

/** How to go on after a link has ended. */
export interface RetryPlan {
  readonly state: 'backoff' | 'busy' | 'auth_failed';
  readonly ms: number;
  /** Whether it is a failure that makes the next wait longer. */
  readonly counts: boolean;
}

/** What the plan depends on besides its end. */
export interface RetryContext {
  readonly nowMs: number;
  readonly random: Random;
  readonly reconnectDelayMs: number;
}

/** How long to wait after the end of a link, in which state, and whether it counts as a failure. */
export function planRetry(
  record: LineRecord,
  close: LinkClose,
  { nowMs, random, reconnectDelayMs }: RetryContext,
  wasStable: boolean,
): RetryPlan {
  if (close.kind === 'busy') {
    const asked = Math.min(close.retryAfterMs ?? RETRY.busyMs, RETRY.busyMaxMs);
    return { state: 'busy', ms: withJitter(asked, random), counts: true };
  }
  if (close.kind === 'auth_failed') {
    return { state: 'auth_failed', ms: withJitter(RETRY.authFailedMs, random), counts: true };
  }
  const least = leastWaitMs(record, nowMs);
  const ms = (wanted: number) => (least > wanted ? withJitter(least, random) : wanted);
  // Wi-Fi blips: a line that had proved itself is dialled again at once, and is no failure yet.
  if (wasStable) {
    const wanted =
      close.kind === 'failed' ? random() * RETRY.blipMs : RETRY.announcedMs * (1 - RETRY.jitter * random());
    return { state: 'backoff', ms: ms(wanted), counts: false };
  }
  const isFresh = record.lostAtMs !== null && nowMs - record.lostAtMs < RETRY.freshForMs;
  if (isFresh) return { state: 'backoff', ms: ms(withJitter(RETRY.freshMs, random)), counts: false };
  return { state: 'backoff', ms: ms(backoffMs(reconnectDelayMs, record.failures + 1, random)), counts: true };
}
