import { expect, it } from 'vitest';
import { BargeInAudio } from './barge-in-audio.ts';

function drained(overheard: BargeInAudio): [first: number, agoMs: number][] {
  const frames: [number, number][] = [];
  overheard.drain((frame, agoMs) => frames.push([frame[0] ?? 0, agoMs]));
  return frames;
}

it('hands out what it was given, in order and with its age, once', () => {
  const overheard = new BargeInAudio();
  const frame = new Int16Array(320);
  for (const value of [1, 2, 3]) overheard.push(frame.fill(value));
  expect(drained(overheard)).toEqual([
    [1, 60],
    [2, 40],
    [3, 20],
  ]);
  expect(drained(overheard)).toEqual([]);
});

it('keeps the last 30 s', () => {
  const overheard = new BargeInAudio();
  for (let value = 0; value < 1_600; value++) overheard.push(Int16Array.of(value));
  const frames = drained(overheard);
  expect(frames).toHaveLength(1_500);
  expect(frames[0]).toEqual([100, 30_000]);
  expect(frames.at(-1)).toEqual([1_599, 20]);
});
