import { statSync } from 'node:fs';
import { join } from 'node:path';
import { editDistance } from '../core/edit-distance.ts';
import { DialtoneError } from '../core/errors.ts';
import { CATALOGUE, modelNamed } from './catalogue.ts';
import { explainDisk } from './disk-error.ts';

/** What a model's folder may be called. Nothing of it leads out of the folder of the models. */
const MODEL_NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;

/** So many names are suggested for one that is unknown. */
const MAX_SUGGESTIONS = 3;

/** The command that installs a model, as a person types it. */
export const installCommand = (name: string): string => `npm run models -- install ${name}`;

/**
 * The folder of an installed model. A folder that the user has put there counts too, whether the catalogue knows it or
 * not. A model that is still being installed has no folder yet.
 * @param modelsDir see {@link defaultModelsDir}
 * @throws DialtoneError `model_folder` when it cannot be looked into
 */
export function installedModel(name: string, modelsDir: string): string | undefined {
  if (!MODEL_NAME.test(name)) return undefined;
  const folder = join(modelsDir, name);
  try {
    return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? folder : undefined;
  } catch (error) {
    throw explainDisk(error, modelsDir);
  }
}

/**
 * The folder of a model that is needed.
 * @throws DialtoneError `model_not_installed` with the command that installs it; `model_unknown` with similar names
 */
export function requireModel(name: string, modelsDir: string): string {
  const folder = installedModel(name, modelsDir);
  if (folder !== undefined) return folder;
  if (modelNamed(name) === undefined) throw unknownModel(name);
  throw new DialtoneError(
    'model_not_installed',
    `the model ${name} is not in ${modelsDir}. Install it: ${installCommand(name)}`,
  );
}

/** An error that names similar names. */
export function unknownModel(name: string): DialtoneError {
  const similar = similarNames(name);
  const hint = similar.length === 0 ? '' : ` Did you mean ${similar.join(' or ')}?`;
  return new DialtoneError('model_unknown', `there is no model "${name}".${hint} All names: npm run models -- list`);
}

/** Names of the catalogue that contain this text or are nearly the same, the nearest first. */
export function similarNames(name: string): string[] {
  const asked = name.toLowerCase();
  const limit = Math.max(2, Math.floor(asked.length / 4));
  return CATALOGUE.map((model) => {
    const known = model.name.toLowerCase();
    const distance = editDistance(asked, known, limit);
    // A part of the name is the likelier mistake the more of the name it is.
    const isPart = asked.length >= 3 && known.includes(asked);
    return { name: model.name, distance: isPart ? Math.min(distance, (known.length - asked.length) / 100) : distance };
  })
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_SUGGESTIONS)
    .map((similar) => similar.name);
}
