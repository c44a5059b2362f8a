import { type Backoff, backoffDelayMs } from '../../core/backoff.ts';
import type { Random } from '../../core/clock.ts';
import type { ErrorClass } from './error-class.ts';

/** So many failures in a row, none longer ago than this, and the engine is left alone. Milliseconds. */
const MAX_FAILURES = 3;
const WINDOW_MS = 120_000;

/** When an engine that failed is tried again. */
const OPEN_BACKOFF: Backoff = { baseMs: 5_000, factor: 2, capMs: 300_000, jitter: { kind: 'around', share: 0.2 } };

/** When an engine without room is tried again that does not say when: a place is free as soon as another caller leaves. */
const FULL_BACKOFF: Backoff = { baseMs: 2_000, factor: 2, capMs: 30_000, jitter: { kind: 'around', share: 0.2 } };

/** An engine that asks to be left alone for longer, or for less, is tried again after this time all the same, milliseconds. */
const MAX_ASKED_MS = 600_000;
const MIN_ASKED_MS = 1_000;

/** Whether an engine is given work. Times are monotonic milliseconds. */
export type BreakerState =
  /** The engine is given work. */
  | {
      readonly type: 'closed';
      /** When it failed since it last succeeded. */
      readonly failedAtMs: readonly number[];
      /** How often it was opened since a call last succeeded: not 0 while the engine is on probation, where one failure is enough. */
      readonly openings: number;
    }
  /** The engine fails (`open`), or has no room for more (`full`): other engines do its work. */
  | {
      readonly type: 'open' | 'full';
      readonly openings: number;
      /** When it was opened last: calls that began before prove nothing any more. */
      readonly openedAtMs: number;
      /** From then on it may be tried again. */
      readonly retryAtMs: number;
      /** It is being tried. */
      readonly isTried: boolean;
    };

/** What happened to an engine. */
export type BreakerInput =
  /** A call did what it should. @param begunAtMs when it began */
  | { readonly type: 'succeeded'; readonly begunAtMs: number }
  | {
      readonly type: 'failed';
      readonly class: ErrorClass;
      readonly begunAtMs: number;
      /** How long the engine asks to be left alone, milliseconds. */
      readonly retryAfterMs?: number | undefined;
    }
  /** A call that is to show whether the engine is back has begun; it ended without showing it. */
  | { readonly type: 'trial_begun' }
  | { readonly type: 'trial_left' }
  /** The engine can be reached, which does not prove that it works. */
  | { readonly type: 'reached' };

/** What a step needs beside the state. */
export interface BreakerMoment {
  readonly nowMs: number;
  readonly random: Random;
}

/** The breaker of an engine that was not used yet. */
export const CLOSED: BreakerState = { type: 'closed', failedAtMs: [], openings: 0 };

/**
 * The breaker of one engine after something has happened to it. Three failures in a row open it, and at once a refused key and
 * wrong settings, which no repetition mends. A request that was itself at fault says nothing of the engine.
 */
export function stepBreaker(state: BreakerState, input: BreakerInput, moment: BreakerMoment): BreakerState {
  if (state.type !== 'closed') return stepOpen(state, input, moment);
  if (input.type === 'succeeded') return CLOSED;
  if (input.type !== 'failed' || input.class === 'bad_request') return state;
  const { nowMs } = moment;
  const recent = [...state.failedAtMs.filter((at) => nowMs - at <= WINDOW_MS), nowMs];
  const isEnough = state.openings > 0 || recent.length >= MAX_FAILURES || opensAtOnce(input.class);
  return isEnough ? opened(state.openings, input, moment) : { ...state, failedAtMs: recent };
}

/**
 * Whether the engine may be given a call.
 * @param tellsItself the engine is asked in the background whether it is back; otherwise a call has to try it
 */
export function admits(state: BreakerState, nowMs: number, tellsItself: boolean): boolean {
  if (state.type === 'closed') return true;
  return !tellsItself && !state.isTried && nowMs >= state.retryAtMs;
}

function stepOpen(
  state: Exclude<BreakerState, { type: 'closed' }>,
  input: BreakerInput,
  moment: BreakerMoment,
): BreakerState {
  switch (input.type) {
    case 'trial_begun':
      return { ...state, isTried: true };
    case 'trial_left':
      return { ...state, isTried: false };
    case 'reached':
      return { type: 'closed', failedAtMs: [], openings: state.openings };
    case 'succeeded':
      return input.begunAtMs < state.openedAtMs ? state : CLOSED;
    case 'failed':
      if (input.begunAtMs < state.openedAtMs) return state;
      // It answers, if only to refuse this request.
      if (input.class === 'bad_request') return { ...state, isTried: false };
      return opened(state.openings, input, moment);
  }
}

function opened(
  openings: number,
  { class: errorClass, retryAfterMs }: Extract<BreakerInput, { type: 'failed' }>,
  { nowMs, random }: BreakerMoment,
): BreakerState {
  const isFull = isOfCapacity(errorClass);
  const ownMs = backoffDelayMs(isFull ? FULL_BACKOFF : OPEN_BACKOFF, openings + 1, random);
  const askedMs = retryAfterMs === undefined ? undefined : Math.max(MIN_ASKED_MS, Math.min(retryAfterMs, MAX_ASKED_MS));
  return {
    type: isFull ? 'full' : 'open',
    openings: openings + 1,
    openedAtMs: nowMs,
    retryAtMs: nowMs + (askedMs ?? ownMs),
    isTried: false,
  };
}

function opensAtOnce(errorClass: ErrorClass): boolean {
  return errorClass === 'auth' || errorClass === 'misconfigured' || isOfCapacity(errorClass);
}

function isOfCapacity(errorClass: ErrorClass): boolean {
  return errorClass === 'rate_limit' || errorClass === 'capacity';
}
