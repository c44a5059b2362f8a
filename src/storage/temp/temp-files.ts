import { randomBytes } from 'node:crypto';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../../core/clock.ts';
import { DiskTrouble, type TellTrouble } from '../files/disk-trouble.ts';
import { makeFolder, makeFolderSync } from '../files/make-folder.ts';
import { SessionFolder } from './session-folder.ts';

/** Folders of sessions are called so; nothing else in the folder is touched. */
const FOLDER_NAME = /^hotpin-[0-9a-f]{16}$/;

/** How often what is too old is looked for, milliseconds. */
const SWEEP_MS = 600_000;

/** What the temporary files need. */
export interface TempFilesOptions {
  readonly dir: string;
  readonly clock: Clock;
  /** Of one session, and of all of them together, bytes. */
  readonly maxSessionBytes: number;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  readonly warn: TellTrouble;
}

/**
 * Where sessions keep what is recorded as long as they last. What a process that was killed has left behind is removed at the start,
 * what is too old now and then, also of a session that lasts. A disk that refuses costs the recording and nothing else.
 */
export class TempFiles {
  readonly #options: TempFilesOptions;
  readonly #trouble: DiskTrouble;
  readonly #sessions = new Map<string, SessionFolder>();
  #timer: Timer | undefined;

  private constructor(options: TempFilesOptions) {
    this.#options = options;
    this.#trouble = new DiskTrouble('What devices record', options.warn);
  }

  /** Makes the folder, and cleans it. Never rejects: a disk that refuses is told. */
  static async open(options: TempFilesOptions): Promise<TempFiles> {
    const files = new TempFiles(options);
    await files.#guarded(async () => {
      await makeFolder(options.dir);
      await files.#removeOthers();
    });
    files.#sweepLater();
    return files;
  }

  /** A session begins. */
  session(): SessionFolder {
    const { dir, maxSessionBytes } = this.#options;
    const name = `hotpin-${randomBytes(8).toString('hex')}`;
    const folder = join(dir, name);
    try {
      makeFolderSync(folder);
    } catch (error) {
      // Each recording then fails as it is begun.
      this.#trouble.failed('folder', error);
    }
    const session = new SessionFolder({
      dir: folder,
      clock: this.#options.clock,
      maxBytes: maxSessionBytes,
      hasRoom: (bytes) => this.#hasRoom(bytes),
      worked: () => this.#trouble.worked('folder'),
      failed: (error) => this.#trouble.failed('folder', error),
      onClosed: () => this.#sessions.delete(name),
    });
    this.#sessions.set(name, session);
    return session;
  }

  /** Bytes on the disk, of all sessions. */
  get bytes(): number {
    return Array.from(this.#sessions.values(), ({ bytes }) => bytes).reduce((sum, bytes) => sum + bytes, 0);
  }

  /** How many files there are. */
  get files(): number {
    return Array.from(this.#sessions.values(), ({ files }) => files).reduce((sum, count) => sum + count, 0);
  }

  /** Ends: everything is removed. Never rejects. */
  async close(): Promise<void> {
    this.#options.clock.clearTimer(this.#timer);
    const sessions = [...this.#sessions.values()];
    for (const session of sessions) session.close();
    await Promise.all(sessions.map((session) => session.settled()));
  }

  #sweepLater(): void {
    const { clock } = this.#options;
    this.#timer = clock.setTimer(() => {
      void this.#guarded(() => this.#removeOld());
      this.#sweepLater();
    }, SWEEP_MS);
  }

  /** The oldest recordings go first, whichever session made them. */
  #hasRoom(bytes: number): boolean {
    const { maxBytes } = this.#options;
    for (const session of this.#sessions.values()) {
      while (this.bytes + bytes > maxBytes && session.removeOldest());
    }
    return this.bytes + bytes <= maxBytes;
  }

  /** Folders of a process that is gone. */
  async #removeOthers(): Promise<void> {
    const { dir } = this.#options;
    for (const name of await readdir(dir)) {
      if (!FOLDER_NAME.test(name) || this.#sessions.has(name)) continue;
      if ((await lstat(join(dir, name))).isDirectory()) await rm(join(dir, name), { recursive: true, force: true });
    }
  }

  async #removeOld(): Promise<void> {
    const { maxAgeMs, clock } = this.#options;
    await this.#removeOthers();
    for (const session of this.#sessions.values()) session.removeOlderThan(clock.now() - maxAgeMs);
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#trouble.worked('folder');
    } catch (error) {
      this.#trouble.failed('folder', error);
    }
  }
}
