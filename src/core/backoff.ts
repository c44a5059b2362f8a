import type { Random } from './clock.ts';

/** How chance changes a wait, so that clients that failed together do not try again together. */
export type Jitter =
  /** `share` 0.2: 80 % to 120 % of the wait. */
  | { readonly kind: 'around'; readonly share: number }
  /** `share` 0.5: 50 % to 100 % of the wait. */
  | { readonly kind: 'below'; readonly share: number }
  /** The wait and up to `ms` milliseconds more. */
  | { readonly kind: 'added'; readonly ms: number };

/** Waits that grow with every failed attempt. */
export interface Backoff {
  /** The wait after the first failed attempt, milliseconds. */
  readonly baseMs: number;
  /** The wait grows by this factor with every further attempt. */
  readonly factor: number;
  /** The longest wait before jitter, milliseconds. Default: none. */
  readonly capMs?: number;
  readonly jitter: Jitter;
}

/** Larger than any attempt that still matters, small enough that no power overflows. */
const MAX_EXPONENT = 60;

/**
 * The wait after a failed attempt: `baseMs` x `factor`^(attempt - 1), at most `capMs`, with jitter. Milliseconds.
 * @param attempt failed attempts so far, at least 1
 */
export function backoffDelayMs({ baseMs, factor, capMs, jitter }: Backoff, attempt: number, random: Random): number {
  const grown = baseMs * factor ** Math.min(attempt - 1, MAX_EXPONENT);
  return jittered(Math.min(grown, capMs ?? Number.POSITIVE_INFINITY), jitter, random);
}

/** A wait with jitter, milliseconds. */
export function jittered(ms: number, jitter: Jitter, random: Random): number {
  switch (jitter.kind) {
    case 'around':
      return ms * (1 + jitter.share * (2 * random() - 1));
    case 'below':
      return ms * (1 - jitter.share) + random() * ms * jitter.share;
    case 'added':
      return ms + random() * jitter.ms;
  }
}
