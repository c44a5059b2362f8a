import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap grow to twice of what is in use before it is collected as a whole. V8 would do that at 1.1 to 1.3
 * times, for a small heap: with a hundred conversations, whose answers wait as PCM, once in 0.75 s and 10 to 30 ms each time,
 * which is late audio. Costs 10 MB then (bench/NOTES.md). To be called once, at the start of the process.
 */
export function letHeapGrow(): void {
  setFlagsFromString('--heap-growing-percent=100');
}
