import { expect, it } from 'vitest';
import { QueueDelay } from './queue-delay.ts';

/** Probes that are answered after these times, one every second. */
function after(...tookMs: number[]) {
  const delay = new QueueDelay();
  let nowMs = 0;
  for (const ms of tookMs) {
    delay.probed(nowMs);
    delay.answered(nowMs + ms);
    nowMs += Math.max(1_000, ms);
  }
  return { delay, nowMs };
}

it.each<[string, number[], boolean]>([
  ['a quick link', [20, 25, 18, 30, 22], false],
  ['a slow but steady one: a satellite', [700, 720, 690, 710, 705], false],
  ['single stalls', [20, 900, 20, 900, 20, 900, 900, 20], false],
  ['two late answers', [20, 900, 900], false],
  ['three late answers', [20, 500, 700, 900], true],
  ['a queue that has drained since', [20, 500, 700, 900, 20], false],
])('%s: %j ms', (_, tookMs, waits) => {
  const { delay } = after(...tookMs);
  const lastMs = tookMs.slice(0, -1).reduce((sum, ms) => sum + Math.max(1_000, ms), 0) + (tookMs.at(-1) ?? 0);
  expect(delay.waitingMs(lastMs) > 0).toBe(waits);
});

it('what waits drains while nothing is sent, and is longer as long as no answer comes', () => {
  const { delay } = after(20, 500, 700, 900);
  const answeredMs = 3_900;
  expect(delay.waitingMs(answeredMs)).toBe(880);
  expect(delay.waitingMs(answeredMs + 300)).toBe(580);
  expect(delay.waitingMs(answeredMs + 1_000)).toBe(0);
  delay.probed(answeredMs + 500);
  expect(delay.waitingMs(answeredMs + 2_000)).toBe(1_480);
});

it('asks twice a second, one probe at a time, and forgets what was before a pause', () => {
  const { delay } = after(20, 500, 700, 900);
  expect(delay.isDue(3_400)).toBe(false);
  expect(delay.isDue(4_000)).toBe(true);
  delay.probed(4_000);
  expect(delay.isDue(5_000)).toBe(false);
  delay.answered(4_020);
  delay.probed(20_000);
  delay.answered(20_900);
  expect(delay.waitingMs(20_900)).toBe(0);
});
