import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatSamples, tone } from '../../audio/pcm.ts';
import { SpeechAudio } from './speech-audio.ts';

const PIPER = { rate: 22_050, width: 2, channels: 1 };

const chunk = (bytes: readonly number[] | Uint8Array, data: Record<string, unknown> = PIPER) => ({
  type: 'audio-chunk',
  data,
  payload: Uint8Array.from(bytes),
});

describe('SpeechAudio', () => {
  it.each([
    ['s16', { width: 2, channels: 1 }, [1, 0, 255, 255, 0, 128, 255, 127], [1, -1, -32_768, 32_767]],
    ['u8', { width: 1, channels: 1 }, [128, 0, 255, 129], [0, -32_768, 32_512, 256]],
    ['s24', { width: 3, channels: 1 }, [9, 1, 0, 9, 255, 255], [1, -1]],
    ['s32', { width: 4, channels: 1 }, [9, 9, 0, 128, 9, 9, 255, 127], [-32_768, 32_767]],
    ['two channels', { width: 2, channels: 2 }, [10, 0, 20, 0, 255, 127, 255, 127], [15, 32_767]],
  ])('reads %s', async (_, format, bytes, samples) => {
    const audio = new SpeechAudio();
    expect([...(await audio.take(chunk(bytes, { rate: 16_000, ...format })))]).toEqual(samples);
    expect(audio.sampleRate).toBe(16_000);
  });

  it('is the same however the bytes are cut', async () => {
    const bytes = new Uint8Array(tone({ hz: 440, ms: 2, sampleRate: 22_050, amplitude: 0.5 }).buffer);
    const property = fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (places) => {
      const audio = new SpeechAudio();
      const cuts = [0, ...places.sort((a, b) => a - b), bytes.length];
      const pieces: Int16Array[] = [];
      for (const [index, cut] of cuts.slice(1).entries()) {
        pieces.push(await audio.take(chunk(bytes.subarray(cuts[index], cut))));
      }
      expect(new Uint8Array(concatSamples(pieces).buffer)).toEqual(bytes);
    });
    await fc.assert(property);
  });

  it('takes the format of the start where a chunk has none, and keeps the first rate', async () => {
    const audio = new SpeechAudio();
    expect(await audio.take({ ...chunk([]), type: 'audio-start' })).toHaveLength(0);
    expect(await audio.take(chunk([1, 0], {}))).toHaveLength(1);
    const second = tone({ hz: 440, ms: 1_000, sampleRate: 44_100, amplitude: 0.5 });
    const converted = [
      await audio.take(chunk(new Uint8Array(second.buffer), { ...PIPER, rate: 44_100 })),
      audio.stop(),
      await audio.take(chunk([2, 0])),
      audio.stop(),
    ];
    expect(audio.sampleRate).toBe(22_050);
    expect(concatSamples(converted)).toHaveLength(22_051);
    expect(converted[2]).toEqual(Int16Array.of(2));
  });

  it.each([
    {},
    { ...PIPER, rate: 7_999 },
    { ...PIPER, rate: 22_050.5 },
    { ...PIPER, width: 5 },
    { ...PIPER, channels: 0 },
  ])('refuses %j', async (data) => {
    await expect(new SpeechAudio().take(chunk([], data))).rejects.toMatchObject({
      code: 'engine_bad_answer',
      message: expect.stringContaining('no such audio format'),
    });
  });
});
