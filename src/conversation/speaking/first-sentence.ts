import type { Clock } from '../../core/clock.ts';

/** The user is told to wait when the first sentence has not come within this time, milliseconds. */
const FILLER_AFTER_MS = 4_000;

/** While it would be out of place, it is thought of again so often, milliseconds. */
const AGAIN_MS = 500;

/** What waiting for a first sentence needs. */
export interface FirstSentenceOptions {
  readonly clock: Clock;
  /** Aborting it ends the waiting. */
  readonly signal: AbortSignal;
  /** Whether the user may be told to wait now: not while they speak. */
  readonly mayFill: () => boolean;
  /** Tells the user to wait. @param isLate aborted when the sentence has come */
  readonly fill: (isLate: AbortSignal) => Promise<void>;
}

/**
 * Waits for the first sentence of an answer, and once tells the user to wait should it not come soon.
 * @throws what `first` and `fill` reject with
 */
export async function firstSentence<T>(first: Promise<T>, options: FirstSentenceOptions): Promise<T> {
  const { clock, signal, mayFill, fill } = options;
  const come = new AbortController();
  const stop = () => come.abort();
  first.then(stop, stop);
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (let waitMs = FILLER_AFTER_MS; await takesLonger(clock, waitMs, come.signal); waitMs = AGAIN_MS) {
      if (!mayFill()) continue;
      await fill(come.signal);
      break;
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return first;
}

/** Whether the time goes by before the signal is aborted. */
function takesLonger(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const stopped = () => {
      clock.clearTimer(timer);
      resolve(false);
    };
    const timer = clock.setTimer(() => {
      signal.removeEventListener('abort', stopped);
      resolve(!signal.aborted);
    }, ms);
    signal.addEventListener('abort', stopped, { once: true });
  });
}
