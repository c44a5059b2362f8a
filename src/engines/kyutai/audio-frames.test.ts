import { decode, encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { AudioFrames, FRAME_SAMPLES } from './audio-frames.ts';

function gather() {
  const bytes: Uint8Array[] = [];
  const frames = new AudioFrames((message) => bytes.push(message.slice()));
  const pcm = () => bytes.map((message) => (decode(message) as { pcm: number[] }).pcm);
  return { frames, bytes, pcm };
}

describe('AudioFrames', () => {
  it('sends every 1,920 samples as one message of floats', () => {
    const { frames, bytes, pcm } = gather();
    const samples = Int16Array.from({ length: FRAME_SAMPLES + 5 }, (_, index) => index * 16 - 15_000);
    frames.push(samples.subarray(0, 700));
    expect(bytes).toEqual([]);
    frames.push(samples.subarray(700));
    expect(pcm()).toEqual([Array.from(samples.subarray(0, FRAME_SAMPLES), (sample) => sample / 32_768)]);
  });

  it('writes exactly what the msgpack package writes', () => {
    const { frames, bytes } = gather();
    const samples = Int16Array.from({ length: FRAME_SAMPLES }, (_, index) => (index % 2 === 0 ? 8_193 : -32_768));
    frames.push(samples);
    const floats = Array.from(samples, (sample) => sample / 32_768);
    const forced = encode({ type: 'Audio', pcm: floats }, { forceFloat32: true, forceIntegerToFloat: true });
    expect(Buffer.from(bytes[0] ?? []).equals(forced)).toBe(true);
  });

  it('fills a frame with silence, and adds silent frames', () => {
    const { frames, pcm } = gather();
    frames.push(new Int16Array(10).fill(16_384));
    frames.silence(0);
    expect(pcm()).toEqual([[...new Array(10).fill(0.5), ...new Array(FRAME_SAMPLES - 10).fill(0)]]);
    frames.silence(0);
    expect(pcm()).toHaveLength(1);
    frames.silence(2);
    expect(pcm().slice(1)).toEqual([new Array(FRAME_SAMPLES).fill(0), new Array(FRAME_SAMPLES).fill(0)]);
  });
});
