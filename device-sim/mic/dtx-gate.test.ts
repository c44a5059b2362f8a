import { expect, it } from 'vitest';
import { DtxGate } from './dtx-gate.ts';

const frame = (value: number) => new Int16Array(960).map((_, index) => (index % 2 === 0 ? value : -value));

it('goes on for 200 ms of silence, then sends an empty packet every 400 ms, and speech at once', () => {
  const gate = new DtxGate(40, 8);
  const judge = (value: number, frames: number) => Array.from({ length: frames }, () => gate.judge(frame(value)));
  expect(judge(1_000, 3)).toEqual(Array(3).fill('send'));
  expect(judge(8, 5)).toEqual(Array(5).fill('send'));
  const refresh = [...Array(9).fill('drop'), 'refresh'];
  expect(judge(8, 25)).toEqual([...refresh, ...refresh, ...Array(5).fill('drop')]);
  expect(judge(1_000, 1)).toEqual(['send']);
  expect(judge(0, 6)).toEqual([...Array(5).fill('send'), 'drop']);
});
