import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DialtoneError } from '../core/errors.ts';
import { rms } from './pcm.ts';
import { createResampler } from './resample.ts';

const PEAK = 16_000;

function sine(hz: number, rate: number, seconds: number): Int16Array {
  const step = (2 * Math.PI * hz) / rate;
  return Int16Array.from({ length: rate * seconds }, (_, index) => Math.round(PEAK * Math.sin(step * index)));
}

async function convert(samples: Int16Array, fromRate: number, toRate: number, chunk: number): Promise<Int16Array> {
  const resampler = await createResampler(fromRate, toRate);
  const parts: Int16Array[] = [];
  for (let at = 0; at < samples.length; at += chunk) parts.push(resampler.process(samples.subarray(at, at + chunk)));
  parts.push(resampler.flush());
  resampler.free();
  return Int16Array.from(parts.flatMap((part) => [...part]));
}

/** Part of the result that is not the tone it should be, at the place where it should be, in dB. The edges are left out. */
function errorDb(samples: Int16Array, hz: number, rate: number): number {
  const step = (2 * Math.PI * hz) / rate;
  const edge = Math.round(rate / 50);
  let error = 0;
  let count = 0;
  for (let index = edge; index < samples.length - edge; index++) {
    error += ((samples[index] ?? 0) - PEAK * Math.sin(step * index)) ** 2;
    count++;
  }
  return 10 * Math.log10(error / count / (PEAK ** 2 / 2));
}

const PAIRS = [
  [22_050, 24_000],
  [22_050, 16_000],
  [24_000, 16_000],
  [16_000, 24_000],
  [48_000, 24_000],
  [44_100, 16_000],
  [8_000, 16_000],
] as const;

test.each(PAIRS)('%i to %i Hz: a tone stays that tone, in level and in time', async (fromRate, toRate) => {
  for (const hz of [200, 1000, 3000]) {
    expect(errorDb(await convert(sine(hz, fromRate, 1), fromRate, toRate, 441), hz, toRate)).toBeLessThan(-80);
  }
});

test.each([
  [24_000, 16_000, 8_200],
  [24_000, 16_000, 9_500],
  [48_000, 16_000, 20_000],
  [22_050, 16_000, 8_500],
  [48_000, 24_000, 12_500],
])('%i to %i Hz: a tone of %i Hz does not fold back', async (fromRate, toRate, hz) => {
  const result = await convert(sine(hz, fromRate, 1), fromRate, toRate, 480);
  const inside = result.subarray(1000, result.length - 1000);
  expect(20 * Math.log10((rms(inside) * 32_768 + 1e-9) / (PEAK / Math.SQRT2))).toBeLessThan(-75);
});

test('an odd pair of rates is still 65 dB clean', async () => {
  expect(errorDb(await convert(sine(1000, 44_101, 1), 44_101, 16_000, 500), 1000, 16_000)).toBeLessThan(-65);
});

test('full scale is clipped, not wrapped around', async () => {
  const square = Int16Array.from({ length: 4800 }, (_, index) => (index % 48 < 24 ? 32_767 : -32_768));
  const result = await convert(square, 24_000, 16_000, 480);
  for (let index = 100; index < result.length - 100; index++) {
    const expected = square[Math.round(index * 1.5)] ?? 0;
    // Next to an edge either side is right; elsewhere a wrapped sample would have the wrong sign.
    const phase = (index * 1.5) % 24;
    if (phase > 3 && phase < 21) expect(Math.sign(result[index] ?? 0)).toBe(Math.sign(expected));
  }
});

test('the length is exact, and the result does not depend on how the input was cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...PAIRS),
      fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 1500 }),
      fc.integer({ min: 1, max: 700 }),
      async ([fromRate, toRate], values, chunk) => {
        const samples = Int16Array.from(values);
        const whole = await convert(samples, fromRate, toRate, samples.length + 1);
        expect(whole.length).toBe(Math.ceil((samples.length * toRate) / fromRate));
        expect(await convert(samples, fromRate, toRate, chunk)).toEqual(whole);
      },
    ),
    { numRuns: 60 },
  );
});

test('at most 4 ms stay inside', async () => {
  for (const [fromRate, toRate] of PAIRS) {
    const resampler = await createResampler(fromRate, toRate);
    const got = resampler.process(new Int16Array(fromRate)).length;
    expect(toRate - got).toBeLessThanOrEqual(toRate * 0.004);
  }
});

test('after a flush a new stream begins, without a trace of the old one', async () => {
  const resampler = await createResampler(22_050, 24_000);
  const loud = sine(440, 22_050, 0.1);
  const first = Int16Array.from([...resampler.process(loud), ...resampler.flush()]);
  expect(Int16Array.from([...resampler.process(loud), ...resampler.flush()])).toEqual(first);
  expect(resampler.flush().length).toBe(0);
});

test('equal rates pass the samples through', async () => {
  const resampler = await createResampler(24_000, 24_000);
  const samples = sine(440, 24_000, 0.02);
  expect(resampler.process(samples)).toBe(samples);
  expect(resampler.flush().length).toBe(0);
});

test('hundreds at a time do not disturb each other', async () => {
  const tones = Array.from({ length: 500 }, (_, index) => sine(100 + index, 24_000, 0.1));
  const resamplers = await Promise.all(tones.map(() => createResampler(24_000, 16_000)));
  const results = tones.map(() => new Int16Array(1600));
  const filled = tones.map(() => 0);
  for (let at = 0; at <= 2400; at += 480) {
    for (const [index, resampler] of resamplers.entries()) {
      const part =
        at < 2400
          ? resampler.process((tones[index] ?? tones[0])?.subarray(at, at + 480) ?? new Int16Array())
          : resampler.flush();
      results[index]?.set(part, filled[index] ?? 0);
      filled[index] = (filled[index] ?? 0) + part.length;
    }
  }
  for (const [index, result] of results.entries()) {
    expect(filled[index]).toBe(1600);
    expect(errorDb(result, 100 + index, 16_000)).toBeLessThan(-75);
  }
});

test.each([0, -1, 0.5, Number.NaN, 999, 400_000])('a rate of %d Hz is refused', async (rate) => {
  await expect(createResampler(rate, 16_000)).rejects.toMatchObject({ code: 'audio_bad_format' });
  await expect(createResampler(16_000, rate)).rejects.toMatchObject({ code: 'audio_bad_format' });
});

test('a freed resampler says so', async () => {
  for (const rate of [16_000, 24_000]) {
    const resampler = await createResampler(24_000, rate);
    resampler.free();
    resampler.free();
    expect(() => resampler.process(new Int16Array(10))).toThrow(DialtoneError);
    expect(() => resampler.flush()).toThrow(DialtoneError);
  }
});
