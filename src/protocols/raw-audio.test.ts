import { describe, expect, it } from 'vitest';
import { demoSamples } from '../../test/support/audio/demo-samples.ts';
import { FakeListener } from '../../test/support/devices/fake-link.ts';
import { concatSamples, int16ToPcmBytes } from '../audio/pcm.ts';
import { RawAudio, type RawAudioFormat } from './raw-audio.ts';

const PCM: RawAudioFormat = { name: 'pcm', width: 2, rate: 16_000 };
const SPEECH = int16ToPcmBytes(concatSamples(demoSamples().map(({ samples }) => samples)));
const FLOATS = new Uint8Array(Float32Array.from(new Int16Array(SPEECH.buffer), (sample) => sample / 32_768).buffer);

/** What is told of speech whose samples are sent at this rate, in messages of 20 ms. */
function warnings(hz: number, options: { format?: RawAudioFormat; bytes?: Uint8Array; odd?: boolean } = {}): string[] {
  const { format = PCM, bytes = SPEECH, odd = false } = options;
  const listener = new FakeListener();
  let nowMs = 0;
  const audio = new RawAudio(format, listener, () => nowMs);
  const length = Math.round(hz / 50) * format.width;
  for (let at = 0, index = 0; at < bytes.length; index++) {
    nowMs += 20;
    const end = at + length + (odd ? (index % 2 === 0 ? 1 : -1) : 0);
    audio.take(bytes.subarray(at, end));
    at = end;
  }
  return listener.events.flatMap((event) => (event.type === 'warning' ? [`${event.code}: ${event.message}`] : []));
}

describe('what its owner is told of raw audio', () => {
  it.each([
    [8_000, '8,000'],
    [24_000, '24,000'],
    [32_000, '32,000'],
    [44_100, '44,100'],
    [48_000, '48,000'],
  ])('another rate, once: %i Hz', (hz, shown) => {
    expect(warnings(hz)).toEqual([
      expect.stringMatching(
        new RegExp(`^wrong_rate: its audio arrives at ${shown} Hz, but "pcm" is 16,000 Hz.*set its`),
      ),
    ]);
  });

  it('another rate of float32', () => {
    const format: RawAudioFormat = { name: 'pcmf32', width: 4, rate: 24_000 };
    expect(warnings(16_000, { format, bytes: FLOATS })).toEqual([
      expect.stringMatching(/^wrong_rate: its audio arrives at 16,000 Hz, but "pcmf32" is 24,000 Hz/),
    ]);
    expect(warnings(24_000, { format, bytes: FLOATS })).toEqual([]);
  });

  it('bytes in the wrong order, once', () => {
    const bytes = Buffer.from(SPEECH).swap16();
    expect(warnings(16_000, { bytes })).toEqual([expect.stringMatching(/^big_endian: .*big-endian.*little-endian/)]);
  });

  it.each([2, 3])('another backend that gets its other messages, when one of %i arrives', (share) => {
    const part = (at: number) => SPEECH.subarray(at * 640, (at + 1) * 640);
    const count = Math.floor(SPEECH.length / 640);
    const listener = new FakeListener();
    let nowMs = 0;
    const audio = new RawAudio(PCM, listener, () => nowMs);
    for (let at = 0; at < 2 * count; at += share) {
      nowMs += share * 20;
      audio.take(part(at % count));
    }
    const codes = listener.events.map((event) => (event.type === 'warning' ? event.code : event.type));
    expect(codes).toEqual(['shared_device']);
  });

  it('odd messages, once, and nothing else: they are understood', () => {
    expect(warnings(16_000, { odd: true })).toEqual([expect.stringMatching(/^odd_bytes: .*an odd number of bytes/)]);
  });

  it('nothing of audio as it should be', () => expect(warnings(16_000)).toEqual([]));

  it('nothing of what arrives too slowly, at a rate that no device has', () => {
    for (const hz of [6_000, 9_500, 13_000]) expect(warnings(hz)).toEqual([]);
  });
});
