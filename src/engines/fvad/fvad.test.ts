import { beforeAll, expect, test } from 'vitest';
import { demoSamples } from '../../../test/support/audio/demo-samples.ts';
import { VAD_FRAME_SAMPLES, type Vad } from '../vad.ts';
import { type CreateFvad, loadFvad } from './fvad.ts';

let createFvad: CreateFvad;
beforeAll(async () => {
  createFvad = await loadFvad();
});

function frames(samples: Int16Array): Int16Array[] {
  const count = Math.floor(samples.length / VAD_FRAME_SAMPLES);
  return Array.from({ length: count }, (_, index) =>
    samples.subarray(index * VAD_FRAME_SAMPLES, (index + 1) * VAD_FRAME_SAMPLES),
  );
}

function speechShare(vad: Vad, samples: Int16Array): number {
  const all = frames(samples);
  return all.filter((frame) => vad.isSpeech(frame)).length / all.length;
}

/** White noise of a fixed seed. */
function noise(amplitude: number, ms: number): Int16Array {
  let seed = 1;
  return Int16Array.from({ length: ms * 16 }, () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return ((seed / 0x7fffffff) * 2 - 1) * amplitude;
  });
}

test('hears the speech in every demo sample, and its end', () => {
  for (const { file, samples } of demoSamples()) {
    const vad = createFvad();
    const speech = frames(samples).map((frame) => vad.isSpeech(frame));
    const ms = speech.filter(Boolean).length * 20;
    expect(ms, file).toBeGreaterThan(500);
    expect(speech.slice(-10), file).not.toContain(true);
    vad.free();
  }
});

test('takes neither silence nor steady noise for speech, not even at the start', () => {
  for (const amplitude of [0, 30, 100, 300, 1000]) {
    const vad = createFvad();
    expect(speechShare(vad, noise(amplitude, 3_000)), `amplitude ${amplitude}`).toBe(0);
    vad.reset();
    expect(speechShare(vad, noise(amplitude, 3_000)), `amplitude ${amplitude}, after reset`).toBe(0);
    vad.free();
  }
});

test('notices speech in noise', () => {
  const [sample] = demoSamples();
  if (!sample) throw new Error('no sample');
  const background = noise(100, 2_000);
  const mixed = sample.samples.map((value, index) => value + (background[index] ?? 0));
  const vad = createFvad();
  expect(speechShare(vad, background)).toBe(0);
  expect(speechShare(vad, mixed)).toBeGreaterThan(0.2);
});

test('500 detectors in turn answer as one alone does', () => {
  const samples = demoSamples();
  const all = Array.from({ length: 500 }, (_, index) => {
    const input = frames(samples[index % samples.length]?.samples ?? new Int16Array());
    return { vad: createFvad(), input, heard: '' };
  });
  for (let frame = 0; frame < 60; frame++) {
    for (const one of all)
      one.heard += one.vad.isSpeech(one.input[frame] ?? new Int16Array(VAD_FRAME_SAMPLES)) ? '#' : '.';
  }
  for (const [index, one] of all.entries()) {
    expect(one.heard).toBe(all[index % samples.length]?.heard);
    one.vad.free();
  }
  const alone = createFvad();
  const expected = all[0]?.input.slice(0, 60).map((frame) => (alone.isSpeech(frame) ? '#' : '.'));
  expect(all[0]?.heard).toBe(expected?.join(''));
});

test('an old detector works on after the heap has grown', () => {
  const [sample] = demoSamples();
  if (!sample) throw new Error('no sample');
  const old = createFvad();
  const before = speechShare(old, sample.samples);
  // 16 MB of heap to begin with, about 0.8 KB each.
  const many = Array.from({ length: 40_000 }, () => createFvad());
  old.reset();
  expect(speechShare(old, sample.samples)).toBe(before);
  for (const vad of many) vad.free();
});

test('a frame of another length and a freed detector are refused', () => {
  const vad = createFvad();
  expect(() => vad.isSpeech(new Int16Array(160))).toThrow(RangeError);
  vad.free();
  vad.free();
  vad.reset();
  expect(() => vad.isSpeech(new Int16Array(VAD_FRAME_SAMPLES))).toThrow(RangeError);
});
