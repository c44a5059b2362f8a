import { expect, test } from 'vitest';
import { floatToInt16, int16ToPcmBytes, pcmBytesToInt16, rms, tone } from './pcm.ts';

test('bytes are little-endian, at any offset, and a last odd byte is left out', () => {
  const memory = Uint8Array.of(9, 0x01, 0x02, 0xff, 0xff, 0x00, 0x80, 7);
  const expected = Int16Array.of(0x0201, -1, -32_768);
  expect(pcmBytesToInt16(memory.subarray(1, 7))).toEqual(expected);
  expect(pcmBytesToInt16(memory.subarray(1))).toEqual(expected);
  expect(pcmBytesToInt16(Uint8Array.from(memory.subarray(1)))).toEqual(expected);
  expect(pcmBytesToInt16(memory.subarray(0, 1)).length).toBe(0);
});

test('samples become bytes of their own', () => {
  const samples = Int16Array.of(7, 0x0201, -2);
  const bytes = int16ToPcmBytes(samples.subarray(1));
  expect(bytes).toEqual(Uint8Array.of(0x01, 0x02, 0xfe, 0xff));
  samples.fill(0);
  expect(bytes[0]).toBe(0x01);
});

test('floats are clipped, and what is no number is silence', () => {
  const floats = Float32Array.of(
    0,
    0.5,
    -0.5,
    1,
    -1,
    3,
    -3,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  );
  expect([...floatToInt16(floats)]).toEqual([0, 16_384, -16_384, 32_767, -32_768, 32_767, -32_768, 32_767, -32_768, 0]);
});

test('rms is a part of full scale', () => {
  expect(rms(new Int16Array(0))).toBe(0);
  expect(rms(new Int16Array(160))).toBe(0);
  expect(rms(new Int16Array(160).fill(-32_768))).toBe(1);
  expect(rms(tone({ hz: 1000, ms: 1000, sampleRate: 16_000, amplitude: 0.5 }))).toBeCloseTo(0.5 / Math.SQRT2, 2);
});

test('a tone has its length, pitch and level, and begins and ends softly', () => {
  const samples = tone({ hz: 500, ms: 200, sampleRate: 24_000, amplitude: 0.25 });
  expect(samples.length).toBe(4800);
  const middle = samples.subarray(480, 4320);
  expect(middle.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeCloseTo(0.25 * 32_767, -2);
  let risings = 0;
  for (let index = 1; index < middle.length; index++) {
    if ((middle[index - 1] ?? 0) < 0 && (middle[index] ?? 0) >= 0) risings++;
  }
  // 160 ms of 500 Hz
  expect(Math.abs(risings - 80)).toBeLessThanOrEqual(1);
  for (let index = 0; index < 24; index++) {
    expect(Math.abs(samples[index] ?? 0)).toBeLessThan(200);
    expect(Math.abs(samples[4799 - index] ?? 0)).toBeLessThan(200);
  }
});

test('a tone shorter than its edges is still no click', () => {
  expect(tone({ hz: 500, ms: 0, sampleRate: 16_000, amplitude: 1 }).length).toBe(0);
  const samples = tone({ hz: 500, ms: 4, sampleRate: 16_000, amplitude: 9 });
  expect(samples.length).toBe(64);
  expect(Math.abs(samples[0] ?? 1)).toBe(0);
});
