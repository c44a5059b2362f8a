import { setImmediate as nextTurn } from 'node:timers/promises';

/** So many are written without a pause: half a millisecond's work. */
const AT_ONCE = 50;

/** Texts of many things with commas between them, written some at a time: the audio of all devices comes first. */
export async function pacedJson<T>(things: readonly T[], write: (thing: T) => string): Promise<string> {
  const parts: string[] = [];
  for (let first = 0; first < things.length; first += AT_ONCE) {
    if (first > 0) await nextTurn();
    parts.push(
      things
        .slice(first, first + AT_ONCE)
        .map(write)
        .join(','),
    );
  }
  return parts.join(',');
}
