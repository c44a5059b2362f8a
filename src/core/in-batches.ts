import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Hands out a list some at a time, and lets everything else that waits go first in between: what takes long for a thousand
 * devices must not hold up the audio of any.
 */
export async function* inBatches<T>(things: readonly T[], atOnce: number): AsyncGenerator<readonly T[]> {
  for (let first = 0; first < things.length; first += atOnce) {
    if (first > 0) await nextTurn();
    yield things.slice(first, first + atOnce);
  }
}
