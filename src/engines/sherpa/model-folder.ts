import { existsSync } from 'node:fs';
import { DialtoneError, toDialtoneError } from '../../core/errors.ts';
import { requireModel } from '../../models/find-model.ts';

/**
 * The folder of a model that is named in the settings or of a device: a folder as it is, or the name of a model that is installed.
 * @param modelsDir folder of the installed models
 * @param engine that works with it
 * @throws DialtoneError `engine_misconfigured` with the command that installs the model, or with similar names
 */
export function modelFolder(model: string, modelsDir: string, engine = 'sherpa'): string {
  if (/[\\/]/.test(model) || existsSync(model)) return model;
  try {
    return requireModel(model, modelsDir);
  } catch (error) {
    const { message } = toDialtoneError(error);
    throw new DialtoneError('engine_misconfigured', `${engine} cannot be used: ${message}`, {
      cause: error,
      engine,
    });
  }
}
