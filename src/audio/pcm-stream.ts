import { DialtoneError } from '../core/errors.ts';
import { type WavFormat, wavHead, wavSamples } from './wav.ts';

/** A WAV file whose samples begin later than this is none that is read piece by piece, bytes. */
const MAX_HEADER_BYTES = 64 * 1024;

/** What tells a WAV file: RIFF, a length, WAVE. */
const TAG_BYTES = 12;

/** Sample rates that are taken, Hz: from those of old telephones to those of studios. */
export const MIN_PCM_RATE = 4_000;
export const MAX_PCM_RATE = 192_000;
const NONE = new Int16Array(0);

/** Mono s16 out of bytes that come piece by piece: raw s16le of a known rate, or a WAV file, told by its beginning. */
export class PcmStream {
  readonly #rawRate: number | undefined;
  #format: WavFormat | undefined;
  #pending: Buffer = Buffer.alloc(0);
  /** Bytes of samples that are still to come. */
  #left = Number.POSITIVE_INFINITY;

  /** @param rawRate of raw samples, Hz; undefined: only a WAV file is right */
  constructor(rawRate: number | undefined) {
    this.#rawRate = rawRate;
  }

  /** Hz; undefined until it is known. */
  get sampleRate(): number | undefined {
    return this.#format?.sampleRate;
  }

  /**
   * Takes the next bytes, any number.
   * @returns the samples that are complete
   * @throws DialtoneError `audio_bad_format`
   */
  push(bytes: Uint8Array): Int16Array {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    this.#format ??= this.#begin();
    if (!this.#format) return NONE;
    const frameBytes = (this.#format.channels * this.#format.bits) / 8;
    const count = Math.floor(Math.min(this.#pending.length, this.#left) / frameBytes);
    const samples = wavSamples(this.#pending.subarray(0, count * frameBytes), this.#format);
    this.#left -= count * frameBytes;
    // What follows the samples of a WAV file is of no interest.
    this.#pending = this.#left < frameBytes ? Buffer.alloc(0) : this.#pending.subarray(count * frameBytes);
    return samples;
  }

  #begin(): WavFormat | undefined {
    const head = wavHead(this.#pending);
    if (head === 'no_wav') return this.#pending.length < TAG_BYTES ? undefined : this.#raw();
    if (head === 'incomplete') {
      if (this.#pending.length > MAX_HEADER_BYTES) throw badAudio('the WAV file has no samples in its first 64 kB');
      return undefined;
    }
    this.#pending = this.#pending.subarray(head.start);
    this.#left = head.bytes;
    return inRange(head.format);
  }

  #raw(): WavFormat {
    if (this.#rawRate === undefined) throw badAudio('its sample rate is not said, and it is no WAV file');
    return inRange({ tag: 1, channels: 1, sampleRate: this.#rawRate, bits: 16 });
  }
}

function inRange(format: WavFormat): WavFormat {
  if (format.sampleRate >= MIN_PCM_RATE && format.sampleRate <= MAX_PCM_RATE) return format;
  throw badAudio(`its sample rate is ${format.sampleRate} Hz: use ${MIN_PCM_RATE} to ${MAX_PCM_RATE}`);
}

function badAudio(why: string): DialtoneError {
  return new DialtoneError('audio_bad_format', `This audio cannot be played: ${why}`);
}
