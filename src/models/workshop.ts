import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { explainDisk } from './disk-error.ts';
import { takeInstallLock } from './install-lock.ts';

/**
 * Where a model is made before it is moved to its place: a folder beside the models, on the same disk, so that the move is
 * one step. Its name is none that a model may have.
 */
export class Workshop {
  /** Parts of files, kept until the model is installed. */
  readonly parts: string;
  readonly lock: string;
  readonly #modelsDir: string;
  readonly #folder: string;
  readonly #model: string;

  constructor(modelsDir: string, model: string) {
    this.#modelsDir = modelsDir;
    this.#folder = join(modelsDir, '.downloads');
    this.#model = model;
    this.parts = join(this.#folder, model);
    this.lock = join(this.#folder, `${model}.lock`);
  }

  /** An empty folder, removed by {@link clear}. @param id unique in the world */
  async temporary(id: string): Promise<string> {
    const folder = join(this.#folder, `${this.#model}.temporary-${id}`);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  /** A place to move a model to that is to be removed. */
  bin(id: string): string {
    return join(this.#folder, `${this.#model}.removed-${id}`);
  }

  /**
   * Works on the model while no other process does, and tidies up. `work` is given what aborts when another process has taken
   * over.
   * @param id unique in the world
   * @throws DialtoneError `model_busy`, `model_folder`; what `work` throws
   */
  async alone<T>(id: string, clock: Clock, work: (lost: AbortSignal) => Promise<T>): Promise<T> {
    try {
      const lock = await takeInstallLock(this.lock, id, clock);
      try {
        return await work(lock.lost);
      } finally {
        // Whatever cannot be tidied up, the next process must not wait for this one.
        await this.clear().finally(() => lock.release());
      }
    } catch (error) {
      throw explainDisk(error, this.#modelsDir);
    }
  }

  /** Removes what is no part: leftovers too of a process that was killed. */
  async clear(): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (name.startsWith(`${this.#model}.temporary-`) || name.startsWith(`${this.#model}.removed-`)) {
        await rm(join(this.#folder, name), { recursive: true, force: true });
      }
    }
  }
}
