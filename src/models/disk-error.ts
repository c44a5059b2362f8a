import { DialtoneError } from '../core/errors.ts';

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
