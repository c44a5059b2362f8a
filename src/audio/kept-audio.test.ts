import { expect, it } from 'vitest';
import { KeptAudio } from './kept-audio.ts';

const ramp = (from: number, count: number) => Int16Array.from({ length: count }, (_, index) => from + index);

it('keeps what was added in order, as far as there is room', () => {
  const audio = new KeptAudio(70_000);
  for (let at = 0; at < 64_320; at += 320) expect(audio.add(ramp(at % 30_000, 320))).toHaveLength(320);
  expect([audio.count, audio.isFull]).toEqual([64_320, false]);
  expect(audio.add(ramp(1, 6_000))).toEqual(ramp(1, 5_680));
  expect([audio.count, audio.isFull]).toEqual([70_000, true]);
  expect(audio.add(ramp(1, 10))).toHaveLength(0);
  expect(audio.samples.subarray(0, 640)).toEqual(ramp(0, 640));
  expect(audio.samples.subarray(64_320)).toEqual(ramp(1, 5_680));
});

it('takes all at once, and forgets it', () => {
  const audio = new KeptAudio(100_000);
  audio.add(ramp(0, 30_000));
  expect(audio.samples).toEqual(ramp(0, 30_000));
  audio.clear();
  expect([audio.count, audio.samples.length]).toEqual([0, 0]);
  audio.add(ramp(5, 3));
  expect([...audio.samples]).toEqual([5, 6, 7]);
});
