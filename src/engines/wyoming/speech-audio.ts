import { z } from 'zod';
import { concatSamples } from '../../audio/pcm.ts';
import { createResampler, type Resampler } from '../../audio/resample.ts';
import { badAnswer } from './errors.ts';
import type { WyomingEvent } from './event.ts';

const NONE = new Int16Array(0);

const formatSchema = z.object({
  rate: z.int().min(8_000).max(192_000),
  /** Bytes of a sample: 1 is unsigned, more are signed, the lowest first. */
  width: z.int().min(1).max(4),
  channels: z.int().min(1).max(8),
});

type Format = z.output<typeof formatSchema>;

/**
 * Turns the audio of one call into mono s16 at one rate: that of its first audio. Each `audio-start` or `audio-chunk` may
 * change the format.
 */
export class SpeechAudio {
  #format: Format | undefined;
  #sampleRate = 0;
  #resampler: Resampler | undefined;
  /** The beginning of a sample whose end comes with the next chunk. */
  #rest: Uint8Array = new Uint8Array(0);

  /** Hz; 0 until the first audio. */
  get sampleRate(): number {
    return this.#sampleRate;
  }

  /**
   * Takes an `audio-start` or `audio-chunk` and returns its samples, the caller's to keep.
   * @throws DialtoneError `engine_bad_answer` for an impossible format
   */
  async take({ data, payload }: WyomingEvent): Promise<Int16Array> {
    const before = await this.#setFormat(data);
    const samples = this.#samples(payload);
    const converted = this.#resampler ? this.#resampler.process(samples) : samples;
    return before.length === 0 ? converted : concatSamples([before, converted]);
  }

  /** Takes an `audio-stop`: returns the samples that are still inside. */
  stop(): Int16Array {
    this.#rest = new Uint8Array(0);
    return this.#resampler?.flush() ?? NONE;
  }

  /** Returns the last samples of the format before. */
  async #setFormat(data: WyomingEvent['data']): Promise<Int16Array> {
    const parsed = formatSchema.safeParse({ ...this.#format, ...data });
    if (!parsed.success) {
      const { rate, width, channels } = data;
      throw badAnswer(`no such audio format: ${JSON.stringify({ rate, width, channels }).slice(0, 100)}`);
    }
    const format = parsed.data;
    const old = this.#format;
    if (old && old.rate === format.rate && old.width === format.width && old.channels === format.channels) return NONE;
    const before = this.stop();
    this.#format = format;
    if (old?.rate === format.rate) return before;
    this.#resampler?.free();
    this.#sampleRate ||= format.rate;
    const isSame = format.rate === this.#sampleRate;
    this.#resampler = isSame ? undefined : await createResampler(format.rate, this.#sampleRate);
    return before;
  }

  /** The mean of the channels, the two highest bytes of each sample. */
  #samples(payload: Uint8Array): Int16Array {
    const { width = 2, channels = 1 } = this.#format ?? {};
    const bytes = this.#rest.length === 0 ? payload : Buffer.concat([this.#rest, payload]);
    const frame = width * channels;
    const count = Math.floor(bytes.length / frame);
    this.#rest = Uint8Array.from(bytes.subarray(count * frame));
    const samples = new Int16Array(count);
    for (let index = 0; index < count; index++) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) {
        const end = index * frame + (channel + 1) * width;
        const high = bytes[end - 1] ?? 0;
        sum += width === 1 ? (high - 128) * 256 : ((high << 24) >> 16) | (bytes[end - 2] ?? 0);
      }
      samples[index] = Math.round(sum / channels);
    }
    return samples;
  }
}
