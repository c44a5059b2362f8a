import type { CallErrors } from './requests/errors.ts';

/**
 * A size that means "not known yet": what a service writes that begins to send before it has finished to speak. Others write
 * any size that is larger than what will come; only the end of the stream tells.
 */
const UNKNOWN_SIZES: readonly number[] = [0, 0xffffffff, 0x7fffffff];
const MAX_HEADER_BYTES = 64 * 1024;
const FORMAT_PCM = 1;
const FORMAT_EXTENSIBLE = 0xfffe;

/**
 * Reads a WAV file as it arrives: mono 16-bit PCM, bytes split anywhere. Throws DialtoneError `engine_bad_answer` when it
 * is something else.
 */
export class WavStream {
  readonly #errors: Pick<CallErrors, 'badAnswer' | 'brokenOff'>;
  #header: Uint8Array = new Uint8Array(0);
  #sampleRate = 0;
  #inData = false;
  /** Bytes of samples to come at most; Infinity: all that comes. */
  #left = 0;
  /** Bytes of samples that came. */
  #taken = 0;
  #oddByte: number | undefined;

  /**
   * @param errors of the request whose answer this is
   * @param rawRate there is no header: all bytes are samples of this rate, Hz
   */
  constructor(errors: Pick<CallErrors, 'badAnswer' | 'brokenOff'>, rawRate?: number) {
    this.#errors = errors;
    if (rawRate === undefined) return;
    this.#sampleRate = rawRate;
    this.#inData = true;
    this.#left = Number.POSITIVE_INFINITY;
  }

  /** Hz; 0 until the header has been read. */
  get sampleRate(): number {
    return this.#sampleRate;
  }

  /** Takes the next bytes and gives the samples in them, which are the caller's to keep; often none at first. */
  push(bytes: Uint8Array): Int16Array {
    if (this.#inData) return this.#samples(bytes);
    this.#header = concat(this.#header, bytes);
    const dataStart = this.#readHeader();
    if (dataStart === undefined) {
      if (this.#header.length > MAX_HEADER_BYTES) throw this.#errors.badAnswer('the audio has no beginning');
      return new Int16Array(0);
    }
    const rest = this.#header.subarray(dataStart);
    this.#header = new Uint8Array(0);
    this.#inData = true;
    return this.#samples(rest);
  }

  /**
   * No more bytes will come, and the connection was not cut: what came is all, whatever size was announced. Throws DialtoneError
   * `engine_bad_answer` when it ends before the first sample, or amid one that was announced.
   */
  finish(): void {
    const isShort = this.#left > 0 && this.#left !== Number.POSITIVE_INFINITY;
    if (!this.#inData || (isShort && (this.#taken === 0 || this.#oddByte !== undefined)))
      throw this.#errors.brokenOff();
  }

  /** Where the samples begin, or undefined while the header is not complete. */
  #readHeader(): number | undefined {
    const bytes = this.#header;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 12) return undefined;
    if (tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') throw this.#errors.badAnswer('the audio is not a WAV file');
    let at = 12;
    while (at + 8 <= bytes.length) {
      const id = tag(view, at);
      const size = view.getUint32(at + 4, true);
      const start = at + 8;
      if (id === 'data') {
        if (this.#sampleRate === 0) throw this.#errors.badAnswer('the audio has no format');
        this.#left = UNKNOWN_SIZES.includes(size) ? Number.POSITIVE_INFINITY : size;
        return start;
      }
      if (id === 'fmt ') {
        if (bytes.length < start + 16) return undefined;
        this.#readFormat(view, start);
      }
      at = start + size + (size % 2);
    }
    return undefined;
  }

  #readFormat(view: DataView, at: number): void {
    const format = view.getUint16(at, true);
    const channels = view.getUint16(at + 2, true);
    const sampleRate = view.getUint32(at + 4, true);
    const bits = view.getUint16(at + 14, true);
    const isPcm = format === FORMAT_PCM || format === FORMAT_EXTENSIBLE;
    if (!isPcm || channels !== 1 || bits !== 16 || sampleRate < 8_000 || sampleRate > 192_000) {
      throw this.#errors.badAnswer(
        `the audio is not mono 16-bit PCM (format ${format}, ${channels} x ${bits} bits, ${sampleRate} Hz)`,
      );
    }
    this.#sampleRate = sampleRate;
  }

  #samples(bytes: Uint8Array): Int16Array {
    const taken = Math.min(bytes.length, this.#left);
    this.#left -= taken;
    this.#taken += taken;
    const carried = this.#oddByte === undefined ? 0 : 1;
    const count = (carried + taken) >> 1;
    const pcm = new Uint8Array(count * 2);
    if (this.#oddByte !== undefined && count > 0) pcm[0] = this.#oddByte;
    if (count > 0) pcm.set(bytes.subarray(0, count * 2 - carried), carried);
    if ((carried + taken) % 2 === 0) this.#oddByte = undefined;
    else if (taken > 0) this.#oddByte = bytes[taken - 1];
    return new Int16Array(pcm.buffer);
  }
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
