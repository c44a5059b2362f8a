import { closeSync, openSync, writeSync } from 'node:fs';
import { WAV_HEADER_BYTES } from '#src/audio/wav';
import type { SoundSink } from './sound-sink.ts';
import { STEREO_BYTES, stereoWavHeader } from './stereo-wav.ts';

/** Sound may be told of so much later than it sounded, or later than the other side's. */
const WINDOW_MS = 10_000;
/** A quiet night must not fill the disk: a longer silence on both sides is cut to this. */
const LONGEST_GAP_MS = 600_000;

/**
 * A WAV file of both sides of a conversation: what the microphone sent on the left channel, what the loudspeaker played on the
 * right one, on one time line. It begins with the first sound and goes on over restarts of the device. The header is right after every write,
 * so that the file can be opened even when the process is killed.
 */
export class ConversationRecorder {
  /** Takes the samples of the microphone, at the rate of the file. */
  readonly mic: SoundSink;
  readonly speaker: SoundSink;
  readonly #path: string;
  readonly #sampleRate: number;
  readonly #window: Int16Array<ArrayBuffer>;
  readonly #windowSamples: number;
  #file: number | undefined;
  #opened = false;
  /** Place on the clock of the file's first sample, samples; undefined before the first sound. */
  #origin: number | undefined;
  /** How much is in the file, and where the window begins. Samples. */
  #written = 0;
  /** End of what the window holds, samples from the begin of the file. */
  #end = 0;

  /** @param sampleRate Hz, of both sides */
  constructor(path: string, sampleRate: number) {
    this.#path = path;
    this.#sampleRate = sampleRate;
    this.#windowSamples = (WINDOW_MS * sampleRate) / 1000;
    this.#window = new Int16Array(this.#windowSamples * 2);
    const sink = (channel: 0 | 1): SoundSink => ({
      open: () => this.#open(),
      write: (samples, startMs) => this.#write(channel, samples, startMs),
      close: () => this.#close(),
    });
    this.mic = sink(0);
    this.speaker = sink(1);
  }

  #open(): void {
    if (this.#file !== undefined) return;
    this.#file = openSync(this.#path, this.#opened ? 'r+' : 'w');
    this.#opened = true;
    this.#writeHeader();
  }

  #close(): void {
    if (this.#file === undefined) return;
    this.#flushBefore(this.#end);
    closeSync(this.#file);
    this.#file = undefined;
  }

  #write(channel: 0 | 1, samples: Int16Array, startMs: number): void {
    if (this.#file === undefined) return;
    const place = Math.round((startMs * this.#sampleRate) / 1000);
    this.#origin ??= place;
    const gap = place - this.#origin - this.#end;
    const tooLong = gap - (LONGEST_GAP_MS * this.#sampleRate) / 1000;
    if (tooLong > 0) this.#origin += tooLong;
    const at = place - this.#origin;
    this.#flushBefore(at + samples.length - this.#windowSamples);
    for (let index = Math.max(0, this.#written - at); index < samples.length; index++) {
      this.#window[((at + index) % this.#windowSamples) * 2 + channel] = samples[index] ?? 0;
    }
    this.#end = Math.max(this.#end, at + samples.length);
  }

  /** Writes what lies before this place, and makes its room in the window silent. */
  #flushBefore(place: number): void {
    if (this.#file === undefined || place <= this.#written) return;
    while (this.#written < place) {
      const from = this.#written % this.#windowSamples;
      const count = Math.min(place - this.#written, this.#windowSamples - from);
      const piece = this.#window.subarray(from * 2, (from + count) * 2);
      const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      writeSync(this.#file, bytes, 0, bytes.length, WAV_HEADER_BYTES + this.#written * STEREO_BYTES);
      piece.fill(0);
      this.#written += count;
    }
    this.#end = Math.max(this.#end, this.#written);
    this.#writeHeader();
  }

  #writeHeader(): void {
    if (this.#file === undefined) return;
    writeSync(this.#file, stereoWavHeader(this.#written, this.#sampleRate), 0, WAV_HEADER_BYTES, 0);
  }
}
