import { expect, it } from 'vitest';
import { ManualClock } from '../core/manual-clock.ts';
import { type Paced, SharedPacer, TICK_MS } from './pacer.ts';

/** Playouts that begin one after the other, and when each was ticked. */
function begin(count: number, everyMs: number) {
  const clock = new ManualClock();
  const pacer = new SharedPacer(clock);
  const ticks: number[][] = [];
  const all = Array.from({ length: count }, (_, index): Paced => {
    clock.advance(index === 0 ? 0 : everyMs);
    const at: number[] = [];
    ticks.push(at);
    const paced = { tick: (nowMs: number) => at.push(nowMs) };
    pacer.add(paced);
    return paced;
  });
  return { clock, pacer, ticks, all };
}

it('ticks a few together, every 20 ms, and sleeps when they are gone', () => {
  const { clock, pacer, ticks, all } = begin(8, 3);
  clock.advance(10 * TICK_MS);
  expect(clock.pending).toBe(1);
  const last = ticks.map((at) => at.slice(-10));
  for (const at of last) expect(at).toEqual(last[0]);
  expect(new Set(last[0]?.slice(1).map((at, index) => at - (last[0]?.[index] ?? 0)))).toEqual(new Set([TICK_MS]));
  for (const paced of all) pacer.remove(paced);
  clock.advance(TICK_MS);
  expect(clock.pending).toBe(0);
});

it('ticks many in four groups of about the same size, at times of their own', () => {
  const { clock, pacer, ticks, all } = begin(80, 1);
  clock.advance(10 * TICK_MS);
  expect(clock.pending).toBe(4);
  const phases = ticks.map((at) => (at.at(-1) ?? 0) % TICK_MS);
  const sizes = [...new Set(phases)].map((phase) => phases.filter((each) => each === phase).length);
  expect(sizes).toHaveLength(4);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(22);
  for (const at of ticks) expect((at.at(-1) ?? 0) - (at.at(-2) ?? 0)).toBe(TICK_MS);
  for (const paced of all) pacer.remove(paced);
  clock.advance(TICK_MS);
  expect(clock.pending).toBe(0);
});

it('a playout that another one ends is not ticked any more', () => {
  const clock = new ManualClock();
  const pacer = new SharedPacer(clock);
  const ticked: string[] = [];
  const second: Paced = { tick: () => ticked.push('second') };
  pacer.add({
    tick: () => {
      ticked.push('first');
      pacer.remove(second);
    },
  });
  pacer.add(second);
  clock.advance(TICK_MS);
  expect(ticked).toEqual(['first']);
});
