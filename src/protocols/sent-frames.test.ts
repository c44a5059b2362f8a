import { expect, it } from 'vitest';
import { SentFrames } from './sent-frames.ts';

it('counts the newest messages that wait as a whole', () => {
  const frames = new SentFrames();
  expect(frames.waiting(10_000)).toBe(0);
  for (const bytes of [100, 200, 300]) frames.sent(bytes);
  expect([0, 299, 300, 499, 500, 599, 600, 10_000].map((bytes) => frames.waiting(bytes))).toEqual([
    0, 0, 1, 1, 2, 2, 3, 3,
  ]);
});

it('remembers more than the longest cushion holds', () => {
  const frames = new SentFrames();
  for (let count = 0; count < 1_000; count++) frames.sent(10);
  expect(frames.waiting(505)).toBe(50);
  expect(frames.waiting(1_000_000)).toBe(64);
});
