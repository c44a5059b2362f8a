import { closeSync, openSync, writeSync } from 'node:fs';
import { int16ToPcmBytes } from '#src/audio/pcm';
import { WAV_HEADER_BYTES, wavHeader } from '#src/audio/wav';
import type { SoundSink } from './sound-sink.ts';

const SHORT_GAP_MS = 500;
/** A quiet night must not fill the disk. */
const LONGEST_GAP_MS = 600_000;
/** Audio is written in pieces of about a second, so that a recording costs a handful of system calls. */
const WRITE_BLOCK_MS = 1000;

/**
 * A mono s16 WAV file of what a loudspeaker plays, in time. The header is right after every write, so that the file can
 * be opened even when the process is killed. Written synchronously: the pieces are small and must not be lost at exit.
 */
export class WavRecorder implements SoundSink {
  readonly #path: string;
  readonly #sampleRate: number;
  readonly #gaps: 'shortened' | 'real';
  readonly #pending: Int16Array[] = [];
  #pendingSamples = 0;
  #file: number | undefined;
  #opened = false;
  #samples = 0;
  #endMs: number | undefined;

  constructor(path: string, sampleRate: number, gaps: 'shortened' | 'real') {
    this.#path = path;
    this.#sampleRate = sampleRate;
    this.#gaps = gaps;
  }

  /** Creates the file, or empties the one that is there; the second time it goes on at its end. Throws what `fs` throws. */
  open(): void {
    if (this.#file !== undefined) return;
    this.#file = openSync(this.#path, this.#opened ? 'r+' : 'w');
    this.#opened = true;
    this.#writeHeader();
  }

  /** Adds samples that began to sound at `startMs`; silence is put in since the last ones ended. Keeps the array. */
  write(samples: Int16Array, startMs: number): void {
    const gapMs = this.#endMs === undefined ? 0 : Math.max(0, startMs - this.#endMs);
    const silenceMs = Math.min(gapMs, this.#gaps === 'real' ? LONGEST_GAP_MS : SHORT_GAP_MS);
    const silence = Math.round((silenceMs * this.#sampleRate) / 1000);
    if (silence > 0) this.#add(new Int16Array(silence));
    this.#add(samples);
    this.#endMs = startMs + (samples.length * 1000) / this.#sampleRate;
  }

  /** Writes what is pending and closes the file. */
  close(): void {
    this.#flush();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #add(samples: Int16Array): void {
    this.#pending.push(samples);
    this.#pendingSamples += samples.length;
    if (this.#pendingSamples * 1000 >= WRITE_BLOCK_MS * this.#sampleRate) this.#flush();
  }

  #flush(): void {
    if (this.#file === undefined || this.#pendingSamples === 0) return;
    for (const samples of this.#pending) {
      const bytes = int16ToPcmBytes(samples);
      writeSync(this.#file, bytes, 0, bytes.length, WAV_HEADER_BYTES + this.#samples * 2);
      this.#samples += samples.length;
    }
    this.#pending.length = 0;
    this.#pendingSamples = 0;
    this.#writeHeader();
  }

  #writeHeader(): void {
    if (this.#file === undefined) return;
    writeSync(this.#file, wavHeader(this.#samples, this.#sampleRate), 0, WAV_HEADER_BYTES, 0);
  }
}
