import { readFileSync } from 'node:fs';
import { EXAMPLE_CONFIG } from '../protocols/example-config.ts';
import { consoleErrorWords } from './console-error-words.ts';
import { devicesJsonSchema } from './devices-json-schema.ts';
import { formatJson } from './format-json.ts';
import { metricsTable } from './metrics-table.ts';
import { modelsTable } from './models-table.ts';
import { settingsTable } from './settings-table.ts';

/** Pages of which a part is generated: it stands between lines that name it, `<!-- settings:begin -->` and `:end`. */
const PAGES = [
  { path: 'docs/CONFIGURATION.md', part: 'settings', table: settingsTable },
  { path: 'docs/MODELS.md', part: 'models', table: modelsTable },
  { path: 'docs/OPERATIONS.md', part: 'metrics', table: metricsTable },
] as const;

/** A file that is made, wholly or in part, from the program. */
export interface GeneratedFile {
  /** Path below the project's folder. */
  readonly path: string;
  /** What is there now; undefined when the file is missing. */
  readonly current: string | undefined;
  /** What should be there; undefined when that cannot be made, for the reason in `problem`. */
  readonly wanted: string | undefined;
  readonly problem?: string;
}

/** All generated files. @param root the project's folder, as a URL that ends in a slash */
export function generatedFiles(root: URL): GeneratedFile[] {
  return [
    ...PAGES.map((page) => generatedPage(root, page)),
    { path: 'devices.schema.json', current: read(root, 'devices.schema.json'), wanted: devicesJsonSchema() },
    { path: 'devices.example.json', current: read(root, 'devices.example.json'), wanted: formatJson(EXAMPLE_CONFIG) },
    generatedErrorWords(root),
  ];
}

function generatedErrorWords(root: URL): GeneratedFile {
  const path = 'src/http/console/page/error-words.js';
  const operations = read(root, 'docs/OPERATIONS.md');
  const current = read(root, path);
  if (operations === undefined) return { path, current, wanted: undefined, problem: 'docs/OPERATIONS.md is missing' };
  return { path, current, wanted: consoleErrorWords(operations) };
}

function generatedPage(root: URL, { path, part, table }: (typeof PAGES)[number]): GeneratedFile {
  const current = read(root, path);
  if (current === undefined) return { path, current, wanted: undefined, problem: 'the file is missing' };
  const beginLine = `<!-- ${part}:begin -->`;
  const endLine = `<!-- ${part}:end -->`;
  const begin = current.indexOf(beginLine);
  const end = current.indexOf(endLine);
  if (begin === -1 || end < begin) {
    return { path, current, wanted: undefined, problem: `it needs a line ${beginLine} and after it a line ${endLine}` };
  }
  const wanted = `${current.slice(0, begin + beginLine.length)}\n${table()}\n${current.slice(end)}`;
  return { path, current, wanted };
}

function read(root: URL, path: string): string | undefined {
  try {
    return readFileSync(new URL(path, root), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
