import { readdirSync } from 'node:fs';
import { textTable } from '../../core/text-table.ts';
import { CATALOGUE } from '../catalogue.ts';
import { installedModel } from '../find-model.ts';

/** Languages that are named one by one; of more, their number is told. */
const MAX_LANGUAGES = 6;

/** The catalogue as a table for a terminal, what is installed marked, and what else is in the folder of the models. */
export function listModels(modelsDir: string): string {
  const rows = CATALOGUE.map(({ name, family, kind, languages, megabytes, licence }) => [
    installedModel(name, modelsDir) === undefined ? ' ' : '*',
    name,
    kind,
    family,
    describeLanguages(languages),
    megabytes === undefined ? '?' : `${megabytes} MB`,
    licence,
  ]);
  const own = ownModels(modelsDir).map((name) => ['*', name, 'not from the catalogue']);
  return `${textTable([['', 'name', 'kind', 'family', 'languages', 'size', 'licence'], ...rows, ...own])}
* is installed in ${modelsDir}
`;
}

/** As people read them: `any`, `en`, `25 languages`. */
export function describeLanguages(languages: readonly string[]): string {
  if (languages.length === 0) return 'any';
  if (languages.includes('mul')) return 'about 100';
  return languages.length > MAX_LANGUAGES ? `${languages.length} languages` : languages.join(' ');
}

function ownModels(modelsDir: string): string[] {
  try {
    return readdirSync(modelsDir).filter(
      (name) => installedModel(name, modelsDir) !== undefined && !CATALOGUE.some((model) => model.name === name),
    );
  } catch {
    // No model has been installed yet.
    return [];
  }
}
