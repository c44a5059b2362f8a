import { expect, it } from 'vitest';
import { PreRoll } from './pre-roll.ts';

function drained(preRoll: PreRoll): number[] {
  const firsts: number[] = [];
  preRoll.drain(3, (frame) => firsts.push(frame[0] ?? 0));
  return firsts;
}

it('remembers the last frames in order, by value, and forgets them when drained', () => {
  const preRoll = new PreRoll(3, 2);
  const frame = new Int16Array(2);
  expect(drained(preRoll)).toEqual([]);
  for (const value of [1, 2]) preRoll.push(frame.fill(value));
  expect(drained(preRoll)).toEqual([1, 2]);
  for (const value of [1, 2, 3, 4, 5]) preRoll.push(frame.fill(value));
  expect(drained(preRoll)).toEqual([3, 4, 5]);
  expect(drained(preRoll)).toEqual([]);
});
