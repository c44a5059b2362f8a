import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameCutter } from './frames.ts';

test('any cut of the input gives the same frames', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 30 }),
      (frameSamples, lengths) => {
        const frames: number[][] = [];
        const cutter = new FrameCutter(frameSamples, (frame) => frames.push([...frame]));
        let next = 0;
        for (const length of lengths) cutter.push(Int16Array.from({ length }, () => ++next));
        expect(frames.length).toBe(Math.floor(next / frameSamples));
        expect(frames.flat()).toEqual(Array.from({ length: frames.length * frameSamples }, (_, index) => index + 1));
      },
    ),
  );
});

test('there is one buffer for all frames', () => {
  const seen = new Set<Int16Array>();
  const cutter = new FrameCutter(320, (frame) => seen.add(frame));
  for (let push = 0; push < 10; push++) cutter.push(new Int16Array(500));
  expect(seen.size).toBe(1);
});

test('a reset forgets what is left, also from inside onFrame', () => {
  const firsts: number[] = [];
  const cutter = new FrameCutter(4, (frame) => {
    firsts.push(frame[0] ?? 0);
    cutter.reset();
  });
  cutter.push(Int16Array.of(1, 2, 3));
  cutter.reset();
  cutter.push(Int16Array.of(4, 5, 6, 7, 8, 9, 10, 11));
  expect(firsts).toEqual([4, 8]);
});

test.each([0, -1, 1.5, Number.NaN])('a frame of %d samples is refused', (frameSamples) => {
  expect(() => new FrameCutter(frameSamples, () => {})).toThrow(RangeError);
});
