import { expect, it } from 'vitest';
import { ArrivalGaps } from './arrival-gaps.ts';

/** Packets of 60 ms at these times: the silence told before each. */
const told = (gaps: ArrivalGaps, ...timesMs: number[]) => timesMs.map((nowMs) => gaps.arrived(60, nowMs));

it('tells nothing of packets in time, late ones, and a burst of what was held back', () => {
  expect(told(new ArrivalGaps(), 0, 60, 120, 420, 425, 430, 435, 440, 480)).toEqual(Array(9).fill(0));
});

it('tells the silence that an encoder left out, once it is longer than the network may hold back', () => {
  expect(told(new ArrivalGaps(), 0, 60, 1_060)).toEqual([0, 0, 940]);
});

it('tells it while it lasts, too, and not twice', () => {
  const gaps = new ArrivalGaps();
  gaps.arrived(60, 0);
  expect([100, 399, 400, 500, 600].map((nowMs) => gaps.due(nowMs))).toEqual([0, 0, 400, 100, 100]);
  expect(gaps.arrived(60, 700)).toBe(40);
  expect(told(gaps, 760, 820)).toEqual([0, 0]);
});

it('takes a burst for no credit: a gap behind it is told as any other', () => {
  const gaps = new ArrivalGaps();
  told(gaps, ...Array(30).fill(1_000));
  expect(gaps.due(1_400)).toBe(400);
});

it('tells 5 seconds behind the last packet, and no more', () => {
  const gaps = new ArrivalGaps();
  gaps.arrived(60, 0);
  let sum = 0;
  for (let nowMs = 100; gaps.isWaiting; nowMs += 100) sum += gaps.due(nowMs);
  expect(sum).toBe(5_000);
  expect(gaps.due(60_000)).toBe(0);
  expect(told(gaps, 100_000, 100_060)).toEqual([0, 0]);
});

it('tells nothing while the microphone is closed', () => {
  const gaps = new ArrivalGaps();
  gaps.arrived(60, 0);
  gaps.closed();
  expect(gaps.due(10_000)).toBe(0);
  expect(gaps.isWaiting).toBe(false);
});
