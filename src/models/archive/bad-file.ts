import { DialtoneError } from '../../core/errors.ts';

/** A file that came whole and is not what it should be. */
export function badFile(message: string, cause?: unknown): DialtoneError {
  return new DialtoneError('model_bad_file', message, { cause });
}
