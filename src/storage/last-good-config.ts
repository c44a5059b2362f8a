import { dirname, join } from 'node:path';
import { fileErrorText } from '../core/file-error.ts';
import { makeFolder } from './files/make-folder.ts';
import { writeAtomically } from './files/write-atomically.ts';

/** Where the last good copy of devices.json is kept. @param stateDir STATE_DIR */
export function lastGoodPath(stateDir: string): string {
  return join(stateDir, 'devices.json.last-good');
}

/** What {@link LastGoodConfig} needs. */
export interface LastGoodConfigOptions {
  /** See {@link lastGoodPath}. */
  readonly path: string;
  /** Told, in words, when the copy cannot be written. */
  readonly warn: (text: string) => void;
}

/**
 * Keeps a copy of the last devices.json without a mistake, for a start at which the file cannot be used. It may hold tokens:
 * its owner alone may read it.
 */
export class LastGoodConfig {
  readonly #options: LastGoodConfigOptions;
  #text: string | undefined;
  #writing = Promise.resolve();
  #hasWarned = false;

  constructor(options: LastGoodConfigOptions) {
    this.#options = options;
  }

  /** Keeps this text, unless it is kept already. One write at a time; the newest text wins. */
  keep(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#writing = this.#writing.then(() => this.#write(text));
  }

  /** Resolves when everything is written. Never rejects. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #write(text: string): Promise<void> {
    const { path, warn } = this.#options;
    if (text !== this.#text) return;
    try {
      await makeFolder(dirname(path));
      await writeAtomically(path, text);
      this.#hasWarned = false;
    } catch (error) {
      this.#text = undefined;
      if (!this.#hasWarned)
        warn(`the copy of devices.json for a start without it cannot be written: ${fileErrorText(error)}`);
      this.#hasWarned = true;
    }
  }
}
