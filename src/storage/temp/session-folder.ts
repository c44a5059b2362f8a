import { type FileHandle, open, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HEARING_RATE } from '../../audio/rates.ts';
import { WAV_HEADER_BYTES, wavHeader } from '../../audio/wav.ts';
import type { Clock } from '../../core/clock.ts';

/** So much may wait for the disk; what is more is lost, bytes. */
const MAX_WAITING_BYTES = 4_000_000;

/** What a session's folder needs. */
export interface SessionFolderOptions {
  /** Made by its owner. */
  readonly dir: string;
  readonly clock: Clock;
  /** The most that it may take, bytes. */
  readonly maxBytes: number;
  /** Whether there is room for so many bytes more of all sessions together. */
  readonly hasRoom: (bytes: number) => boolean;
  /** A file could be written, or not. */
  readonly worked: () => void;
  readonly failed: (error: unknown) => void;
  /** The session is over, and its folder gone. */
  readonly onClosed: () => void;
}

interface Recording {
  readonly name: string;
  /** Monotonic milliseconds. */
  readonly begunAtMs: number;
  bytes: number;
  file: FileHandle | undefined;
  /** The disk refused it, or it was removed: nothing more of it is kept. */
  isLost: boolean;
}

/**
 * What one session records: `1.wav`, `2.wav` … in a folder that is removed with the session. Calls return at once, the disk is written to
 * behind them; what it refuses is lost and told, and nothing else comes of it.
 */
export class SessionFolder {
  readonly #options: SessionFolderOptions;
  /** Oldest first; the last one may be open. */
  #recordings: Recording[] = [];
  #count = 0;
  #open: Recording | undefined;
  #waitingBytes = 0;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: SessionFolderOptions) {
    this.#options = options;
  }

  /** Bytes on the disk. */
  get bytes(): number {
    return this.#recordings.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** How many files there are. */
  get files(): number {
    return this.#recordings.filter(({ isLost }) => !isLost).length;
  }

  get current(): string {
    const last = this.#recordings.at(-1);
    return !last || last.isLost ? '' : `${basename(this.#options.dir)}/${last.name}`;
  }

  /** A recording begins: raw s16 at 16 kHz, until the next one, or `end`. */
  begin(): void {
    this.end();
    if (this.#isClosed) return;
    const begunAtMs = this.#options.clock.now();
    const name = `${++this.#count}.wav`;
    const recording: Recording = { name, begunAtMs, bytes: 0, file: undefined, isLost: false };
    this.#open = recording;
    this.#recordings.push(recording);
    this.#do(recording, async () => {
      recording.file = await open(join(this.#options.dir, recording.name), 'w', 0o600);
      await this.#append(recording, wavHeader(0, HEARING_RATE));
    });
  }

  audio(bytes: Uint8Array): void {
    const recording = this.#open;
    if (!recording || recording.isLost) return;
    this.#makeRoom(bytes.length);
    if (this.bytes + bytes.length > this.#options.maxBytes || !this.#options.hasRoom(bytes.length)) return;
    if (this.#waitingBytes + bytes.length > MAX_WAITING_BYTES) return;
    // The buffer of a message is its sender's.
    const copy = Uint8Array.from(bytes);
    this.#waitingBytes += copy.length;
    this.#do(recording, async () => {
      this.#waitingBytes -= copy.length;
      await this.#append(recording, copy);
    });
  }

  end(): void {
    const recording = this.#open;
    this.#open = undefined;
    if (recording) this.#do(recording, () => this.#finish(recording));
  }

  close(): void {
    if (this.#isClosed) return;
    this.end();
    this.#isClosed = true;
    const { dir, failed, onClosed } = this.#options;
    this.#work = this.#work
      .then(() => rm(dir, { recursive: true, force: true }))
      .catch(failed)
      .then(() => {
        this.#recordings = [];
        onClosed();
      });
  }

  /** Resolves when the disk has caught up. */
  async settled(): Promise<void> {
    await this.#work;
  }

  /** Removes its oldest recording that is over. @returns whether there was one */
  removeOldest(): boolean {
    const oldest = this.#recordings.find((recording) => recording !== this.#open);
    if (!oldest) return false;
    this.#recordings = this.#recordings.filter((recording) => recording !== oldest);
    oldest.isLost = true;
    this.#work = this.#work
      .then(() => rm(join(this.#options.dir, oldest.name), { force: true }))
      .catch(this.#options.failed);
    return true;
  }

  /** Removes recordings that are over and begun before this, monotonic milliseconds. */
  removeOlderThan(atMs: number): void {
    for (;;) {
      const oldest = this.#recordings.find((recording) => recording !== this.#open);
      if (!oldest || oldest.begunAtMs >= atMs) return;
      this.removeOldest();
    }
  }

  #makeRoom(bytes: number): void {
    while (this.bytes + bytes > this.#options.maxBytes && this.removeOldest());
  }

  #do(recording: Recording, write: () => Promise<void>): void {
    this.#work = this.#work
      .then(async () => {
        if (recording.isLost) return;
        await write();
        this.#options.worked();
      })
      .catch(async (error: unknown) => {
        recording.isLost = true;
        recording.bytes = 0;
        this.#options.failed(error);
        await recording.file?.close().catch(() => undefined);
        recording.file = undefined;
        await rm(join(this.#options.dir, recording.name), { force: true }).catch(() => undefined);
      });
  }

  async #append(recording: Recording, bytes: Uint8Array): Promise<void> {
    await recording.file?.appendFile(bytes);
    recording.bytes += bytes.length;
  }

  /** The header is written anew once the length is known. */
  async #finish(recording: Recording): Promise<void> {
    const { file } = recording;
    recording.file = undefined;
    if (!file) return;
    try {
      await file.write(wavHeader((recording.bytes - WAV_HEADER_BYTES) / 2, HEARING_RATE), 0, WAV_HEADER_BYTES, 0);
    } finally {
      await file.close();
    }
  }
}
