import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DialtoneError } from '../core/errors.ts';

/**
 * Where a model is made before it is moved to its place: a folder beside the models, on the same disk, so that the move is
 * one step. Its name is none that a model may have.
 */
export class Workshop {
  /** Parts of files, kept until the model is installed. */
  readonly parts: string;
  readonly lock: string;
  readonly #folder: string;
  readonly #model: string;

  constructor(modelsDir: string, model: string) {
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

  /** Removes what is no part: leftovers too of a process that was killed. */
  async clear(): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (name.startsWith(`${this.#model}.temporary-`) || name.startsWith(`${this.#model}.removed-`)) {
        await rm(join(this.#folder, name), { recursive: true, force: true });
      }
    }
  }
}

/** What node:fs says of the folder of the models, with what to do; any other error as it is. */
export function explainDisk(error: unknown, modelsDir: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof DialtoneError || code === undefined || syscall === undefined) return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const text = full
    ? `the disk of ${modelsDir} is full. Make room, or name another folder by MODELS_DIR; the same command then goes on`
    : `${modelsDir} cannot be used (${code}). Name a folder that this user may write to by MODELS_DIR`;
  return new DialtoneError('model_folder', text, { cause: error });
}
