import { type Backoff, backoffDelayMs } from '../../core/backoff.ts';
import type { Random } from '../../core/clock.ts';

/** Where a child (a host process, a worker thread) is in its life. */
type SupervisorPhase = 'idle' | 'starting' | 'ready' | 'waiting' | 'closed';

/** All the supervisor remembers. */
export interface SupervisorState {
  readonly phase: SupervisorPhase;
  /** Deaths at work in a row, each after less than {@link HEALTHY_AFTER_MS}. */
  readonly crashes: number;
  /** Starts in a row that never got ready. */
  readonly loadFailures: number;
  readonly readySinceMs: number;
}

/** What happens to it. Times are the clock's. */
export type SupervisorInput =
  | { readonly type: 'start' }
  | { readonly type: 'ready'; readonly nowMs: number }
  /** It died, or never got ready. `blameModel`: another try is no use until the operator changes something. */
  | { readonly type: 'lost'; readonly nowMs: number; readonly blameModel: boolean }
  | { readonly type: 'retry' }
  | { readonly type: 'close' };

/** What is to be done. */
export type SupervisorEffect =
  | { readonly type: 'launch' }
  | { readonly type: 'retry_later'; readonly delayMs: number }
  | { readonly type: 'stop' };

/** A child that worked this long starts with a clean record, milliseconds. */
export const HEALTHY_AFTER_MS = 60_000;

/** From the second crash in a row on. */
const CRASH_BACKOFF: Backoff = { baseMs: 250, factor: 2, capMs: 30_000, jitter: { kind: 'below', share: 0.5 } };

const LOAD_BACKOFF: Backoff = { ...CRASH_BACKOFF, baseMs: 10_000, capMs: 300_000 };

export const INITIAL_SUPERVISOR: SupervisorState = { phase: 'idle', crashes: 0, loadFailures: 0, readySinceMs: 0 };

/**
 * Keeps a child alive without ever starting it in a hot loop. The first crash is answered at once, later ones
 * after 0.25 s doubling to 30 s; a model that cannot be loaded after 10 s doubling to 5 minutes. Half of each delay is
 * chance. Pure: the same inputs give the same effects.
 */
export function supervise(
  state: SupervisorState,
  input: SupervisorInput,
  random: Random,
): readonly [SupervisorState, SupervisorEffect | null] {
  if (state.phase === 'closed') return [state, null];
  switch (input.type) {
    case 'start':
      return state.phase === 'idle' ? [{ ...state, phase: 'starting' }, { type: 'launch' }] : [state, null];
    case 'retry':
      return state.phase === 'waiting' ? [{ ...state, phase: 'starting' }, { type: 'launch' }] : [state, null];
    case 'ready':
      if (state.phase !== 'starting') return [state, null];
      return [{ ...state, phase: 'ready', loadFailures: 0, readySinceMs: input.nowMs }, null];
    case 'lost':
      return lost(state, input.nowMs, input.blameModel, random);
    case 'close':
      return [{ ...state, phase: 'closed' }, { type: 'stop' }];
  }
}

function lost(
  state: SupervisorState,
  nowMs: number,
  blameModel: boolean,
  random: Random,
): readonly [SupervisorState, SupervisorEffect | null] {
  if (state.phase !== 'starting' && state.phase !== 'ready') return [state, null];
  if (blameModel) {
    const loadFailures = state.loadFailures + 1;
    const delayMs = backoffDelayMs(LOAD_BACKOFF, loadFailures, random);
    return [
      { ...state, phase: 'waiting', loadFailures },
      { type: 'retry_later', delayMs },
    ];
  }
  const healthy = state.phase === 'ready' && nowMs - state.readySinceMs >= HEALTHY_AFTER_MS;
  const crashes = healthy ? 1 : state.crashes + 1;
  const delayMs = crashes === 1 ? 0 : backoffDelayMs(CRASH_BACKOFF, crashes - 1, random);
  return [
    { ...state, phase: 'waiting', crashes },
    { type: 'retry_later', delayMs },
  ];
}
