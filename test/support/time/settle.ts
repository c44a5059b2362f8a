import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ManualClock } from '#src/core/manual-clock';

/** No test lasts longer, virtual milliseconds: what is not settled then never is. */
const LONGEST_MS = 3_600_000;

/** Lets everything be done that waits for no timer. */
export function quiet(): Promise<void> {
  return nextTurn();
}

/** Moves time on from timer to timer until this is settled. For work that waits for nothing but the clock. */
export async function settle<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let isSettled = false;
  const settled = () => {
    isSettled = true;
  };
  work.then(settled, settled);
  for (;;) {
    await quiet();
    if (isSettled) return work;
    const nextMs = clock.nextInMs;
    if (nextMs === undefined || clock.now() > LONGEST_MS) throw new Error('it hangs: no timer will settle it');
    clock.advance(nextMs);
  }
}

/** Lets so much time pass, milliseconds, with all that falls due in it. */
export async function pass(clock: ManualClock, ms: number): Promise<void> {
  const endMs = clock.now() + ms;
  await quiet();
  for (let nextMs = clock.nextInMs; nextMs !== undefined && clock.now() + nextMs <= endMs; nextMs = clock.nextInMs) {
    clock.advance(nextMs);
    await quiet();
  }
  clock.advance(endMs - clock.now());
  await quiet();
}
