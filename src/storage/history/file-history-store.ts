import { readFileSync, renameSync, statSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HistoryEntry, HistoryStore } from '../../conversation/ports.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import { brokenName } from '../files/broken-name.ts';
import { deviceFileName } from '../files/device-file-name.ts';
import { DiskTrouble, type TellTrouble } from '../files/disk-trouble.ts';
import { makeFolder } from '../files/make-folder.ts';
import { syncFolder, writeAtomically } from '../files/write-atomically.ts';
import { historyName, isBrokenNameOf } from './file-names.ts';
import { decodeHistory, encodeHistory } from './history-file.ts';
import { tidy } from './tidy.ts';

/** What is said within this time is written at once, milliseconds. */
const DEBOUNCE_MS = 2_000;

/** A disk that refused is asked again after this time, milliseconds. */
const RETRY_MS = 30_000;

/** A larger file is none of ours, bytes. */
const MAX_FILE_BYTES = 8_000_000;

/** What a store of histories needs. */
export interface FileHistoryStoreOptions {
  /** Folder of the files; it is made. One process may use it. */
  readonly dir: string;
  readonly clock: Clock;
  /** What the user should know: a broken file, a full disk. Once each, not at every try. */
  readonly warn: TellTrouble;
}

/**
 * Keeps histories in a folder, a file for each device. Files are replaced atomically, at most 2 s after what was said; what
 * could not be written is tried again and kept in memory meanwhile.
 */
export class FileHistoryStore implements HistoryStore {
  readonly #options: FileHistoryStoreOptions;
  readonly #trouble: DiskTrouble;
  /** What is not on the disk yet: at most one history a device. */
  readonly #unsaved = new Map<string, readonly HistoryEntry[]>();
  #timer: Timer | undefined;
  #dueMs = 0;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(options: FileHistoryStoreOptions) {
    this.#options = options;
    this.#trouble = new DiskTrouble('The history of conversations', options.warn);
  }

  /**
   * Opens the folder and tidies it up: leftovers of a killed process go, and so does what devices that are no longer in
   * devices.json have left there 30 days ago. Never rejects.
   * @param devices the names in devices.json
   */
  static async open(options: FileHistoryStoreOptions, devices: readonly string[]): Promise<FileHistoryStore> {
    const store = new FileHistoryStore(options);
    try {
      await store.#makeFolder();
      await tidy(options.dir, devices.map(deviceFileName), options.clock.wallNow());
    } catch (error) {
      store.#trouble.failed(options.dir, error);
    }
    return store;
  }

  load(device: string): readonly HistoryEntry[] {
    const unsaved = this.#unsaved.get(device);
    if (unsaved) return unsaved;
    const path = this.#pathOf(device);
    try {
      const { size } = statSync(path);
      if (size > MAX_FILE_BYTES) throw new Error(`it has ${size} bytes`);
      return decodeHistory(readFileSync(path, 'utf8'), device);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#setAside(device, path, error as Error);
      return [];
    }
  }

  /** Without entries: the file is removed, and what was set aside as broken with it. */
  save(device: string, entries: readonly HistoryEntry[]): void {
    this.#unsaved.set(device, entries);
    this.#schedule(entries.length === 0 ? 0 : DEBOUNCE_MS);
  }

  /** Writes what is not written yet. Never rejects. Nothing is saved afterwards. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#options.clock.clearTimer(this.#timer);
    await this.#flush();
  }

  #pathOf(device: string): string {
    return join(this.#options.dir, historyName(deviceFileName(device)));
  }

  #schedule(delayMs: number): void {
    const { clock } = this.#options;
    const dueMs = clock.now() + delayMs;
    if (this.#closed || (this.#timer && this.#dueMs <= dueMs)) return;
    clock.clearTimer(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = clock.setTimer(() => {
      this.#timer = undefined;
      void this.#flush();
    }, delayMs);
  }

  #flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeAll());
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    if (this.#unsaved.size === 0) return;
    for (const [device, entries] of [...this.#unsaved]) {
      try {
        await this.#write(device, entries);
        // More may have been said meanwhile.
        if (this.#unsaved.get(device) === entries) this.#unsaved.delete(device);
        this.#trouble.worked(device);
        this.#trouble.worked(this.#options.dir);
      } catch (error) {
        this.#trouble.failed(device, error);
        this.#schedule(RETRY_MS);
      }
    }
    await syncFolder(this.#options.dir);
  }

  async #write(device: string, entries: readonly HistoryEntry[]): Promise<void> {
    await this.#makeFolder();
    const path = this.#pathOf(device);
    if (entries.length > 0) return writeAtomically(path, encodeHistory(device, entries));
    const fileName = deviceFileName(device);
    const broken = (await readdir(this.#options.dir)).filter((name) => isBrokenNameOf(name, fileName));
    for (const name of [historyName(fileName), ...broken]) await rm(join(this.#options.dir, name), { force: true });
  }

  async #makeFolder(): Promise<void> {
    await makeFolder(this.#options.dir);
  }

  /** Nothing is thrown away: the operator may be able to repair it. */
  #setAside(device: string, path: string, error: Error): void {
    const { clock, warn } = this.#options;
    const aside = brokenName(path, clock.wallNow());
    try {
      renameSync(path, aside);
      const what = `The history in ${path} cannot be read (${error.message}).`;
      warn(`${what} It is ${aside} now, and a new one is begun.`, { device });
    } catch {
      this.#trouble.failed(device, error);
    }
  }
}
