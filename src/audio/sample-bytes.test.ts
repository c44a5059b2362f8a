import { describe, expect, it } from 'vitest';
import { demoSample } from '../../test/support/audio/demo-samples.ts';
import { int16ToPcmBytes } from './pcm.ts';
import { SampleBytes } from './sample-bytes.ts';

const SPEECH = int16ToPcmBytes(demoSample('01.wav').samples);
const FLOATS = new Uint8Array(Float32Array.from(demoSample('01.wav').samples, (sample) => sample / 32_768).buffer);

/** The bytes in messages of these lengths, again and again. */
function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = lengths[messages.length % lengths.length] ?? bytes.length;
    messages.push(bytes.subarray(at, at + length));
    at += length;
  }
  return messages;
}

function joined(stream: SampleBytes, messages: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    messages.map((message) => {
      const whole = stream.take(message);
      expect(whole.length % 2).toBe(0);
      return Buffer.from(whole);
    }),
  );
}

describe.each([
  ['s16', 2, SPEECH],
  ['float32', 4, FLOATS],
] as const)('%s', (_, width, bytes) => {
  it.each([
    [[641, 639]],
    [[641]],
    [[639]],
    [[1]],
    [[1, 2, 3]],
    [[3, 640, 1, 1_279]],
    [[642]],
    [[640, 641]],
    [[65_537]],
  ])('in messages of %j bytes is the same as in one', (lengths) => {
    const stream = new SampleBytes(width);
    const whole = joined(stream, cut(bytes, lengths));
    expect(whole.equals(Buffer.from(bytes).subarray(0, whole.length))).toBe(true);
    expect(bytes.length - whole.length).toBeLessThan(width);
    expect(stream.discardedBytes).toBe(0);
  });

  it('is not copied where messages hold whole samples', () => {
    const stream = new SampleBytes(width);
    const message = bytes.subarray(0, 640);
    expect(stream.take(message)).toBe(message);
  });

  it.each(['before', 'behind'] as const)('with one byte that is no audio %s each message is heard', (where) => {
    const stream = new SampleBytes(width);
    const extra = Uint8Array.of(7);
    const parts = cut(bytes, [640]);
    const messages = parts.map((part) => Buffer.concat(where === 'before' ? [extra, part] : [part, extra]));
    const whole = joined(stream, messages);
    // Where the room is quiet it makes no difference, and a sample more or less is not heard.
    expect(stream.discardedBytes).toBeGreaterThan(0);
    const loud = parts.filter((part) => loudness(part) > 500);
    expect(loud.length).toBeGreaterThan(10);
    for (const part of loud) expect(whole.includes(Buffer.from(part.subarray(4, 636)))).toBe(true);
  });

  it('is in place again one message after some bytes were lost', () => {
    const stream = new SampleBytes(width);
    const messages = cut(bytes, [641, 639]);
    const loudAt = messages.findIndex(
      (_message, index) => index % 2 === 1 && loudness(bytes.subarray(index * 640)) > 500,
    );
    expect(loudAt).toBeGreaterThan(0);
    joined(stream, messages.slice(0, loudAt));
    stream.missed();
    const after = joined(stream, messages.slice(loudAt + 1));
    const at = (loudAt + 1) * 640;
    expect(after.includes(Buffer.from(bytes.subarray(at + width, at + 6_400)))).toBe(true);
  });
});

/** Mean size of the first 320 samples of s16; of float32: the same in its scale. */
function loudness(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 640));
  const isFloat = bytes.buffer === FLOATS.buffer;
  let sum = 0;
  for (let at = 0; at + 4 <= view.byteLength; at += 4) {
    sum += Math.abs(isFloat ? view.getFloat32(at, true) * 32_768 : view.getInt16(at, true));
  }
  return sum / (view.byteLength / 4);
}
