import { closeSync, openSync, writeSync } from 'node:fs';
import { int16ToPcmBytes } from './pcm.ts';
import { WAV_HEADER_BYTES, wavHeader } from './wav.ts';

/**
 * A WAV file that grows: mono, 16-bit PCM. It writes at once and blocks meanwhile, which suits a test bench and a simulated
 * loudspeaker, not the service. Throws what node:fs throws.
 */
export class WavFileWriter {
  readonly #sampleRate: number;
  #file: number | undefined;
  #samples = 0;

  private constructor(file: number, sampleRate: number) {
    this.#file = file;
    this.#sampleRate = sampleRate;
  }

  /** Creates the file, or empties the one that is there. */
  static open(path: string, sampleRate: number): WavFileWriter {
    const file = openSync(path, 'w');
    writeSync(file, wavHeader(0, sampleRate), 0, WAV_HEADER_BYTES, 0);
    return new WavFileWriter(file, sampleRate);
  }

  /** Samples written so far. */
  get samples(): number {
    return this.#samples;
  }

  /** Appends samples. After `close` it does nothing. */
  write(samples: Int16Array): void {
    if (this.#file === undefined || samples.length === 0) return;
    const bytes = int16ToPcmBytes(samples);
    writeSync(this.#file, bytes, 0, bytes.length, WAV_HEADER_BYTES + this.#samples * 2);
    this.#samples += samples.length;
  }

  /** Writes the length into the header. Calling it twice does nothing. */
  close(): void {
    if (this.#file === undefined) return;
    writeSync(this.#file, wavHeader(this.#samples, this.#sampleRate), 0, WAV_HEADER_BYTES, 0);
    closeSync(this.#file);
    this.#file = undefined;
  }
}
