import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Clock } from '../core/clock.ts';
import { DialtoneError } from '../core/errors.ts';
import { modelNamed } from './catalogue.ts';
import { installedModel, unknownModel } from './find-model.ts';
import { readManifest } from './manifest.ts';
import { Workshop } from './workshop.ts';

/**
 * Removes an installed model, and what has been fetched of one. A folder that the catalogue does not know and that dialtone
 * has not installed stays.
 * @param id unique in the world
 * @returns the folder that is gone
 * @throws DialtoneError `model_not_installed`, `model_unknown`, `model_busy`, `model_folder`
 */
export async function removeModel(name: string, modelsDir: string, id: string, clock: Clock): Promise<string> {
  const folder = installedModel(name, modelsDir);
  const isOurs = modelNamed(name) !== undefined || (folder !== undefined && (await readManifest(folder)) !== undefined);
  if (!isOurs) throw unknownModel(name);
  const workshop = new Workshop(modelsDir, name);
  if (folder === undefined && !existsSync(workshop.parts)) {
    throw new DialtoneError(
      'model_not_installed',
      `the model ${name} is not in ${modelsDir}: there is nothing to remove`,
    );
  }
  return workshop.alone(id, clock, async () => {
    // Out of its place in one step: no engine finds half a model there.
    if (folder !== undefined) await rename(folder, workshop.bin(id));
    await rm(workshop.parts, { recursive: true, force: true });
    return folder ?? workshop.parts;
  });
}
