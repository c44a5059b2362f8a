import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { CATALOGUE } from '../models/catalogue.ts';
import { settingsSchema } from '../settings.ts';
import { generatedFiles } from './generated-files.ts';
import { modelsTable } from './models-table.ts';
import { settingsTable } from './settings-table.ts';

function folder(): { url: URL; write: (name: string, text: string) => void } {
  const path = mkdtempSync(join(tmpdir(), 'dialtone-docs-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  mkdirSync(join(path, 'docs'));
  return { url: pathToFileURL(`${path}/`), write: (name, text) => writeFileSync(join(path, name), text) };
}

test('docs/CONFIGURATION.md, docs/MODELS.md, devices.schema.json and devices.example.json are fresh (else: npm run docs)', () => {
  for (const { path, current, wanted, problem } of generatedFiles(new URL('../../', import.meta.url))) {
    expect(problem, path).toBeUndefined();
    expect(current, `${path} is stale: run "npm run docs"`).toBe(wanted);
  }
});

test('the settings table has a row for every setting, with its default', () => {
  const rows = settingsTable().split('\n').slice(2);
  expect(rows.map((row) => /^\| `(\w+)` \|/.exec(row)?.[1])).toEqual(Object.keys(settingsSchema.shape));
  expect(rows.find((row) => row.includes('`PORT`'))).toMatch(/^\| `PORT` \| `8000` \| \S.* \|$/);
  for (const row of rows) expect(row.split(/(?<!\\)\|/), row).toHaveLength(5);
});

test('the models table has a row for every model, and says which files are compared', () => {
  const rows = modelsTable().split('\n').slice(2);
  expect(rows.map((row) => /^\| `(\S+)` \|/.exec(row)?.[1])).toEqual(CATALOGUE.map(({ name }) => name));
  for (const row of rows) expect(row.split(/(?<!\\)\|/), row).toHaveLength(8);
  expect(rows.find((row) => row.includes('`silero_vad`'))).toMatch(/\| any \| 0\.6 MB \| MIT \| known \|$/);
});

test('only what is between the markers of docs/CONFIGURATION.md is replaced', () => {
  const { url, write } = folder();
  write('docs/CONFIGURATION.md', '# a\n<!-- settings:begin -->\nold\n<!-- settings:end -->\nb\n');
  const readme = generatedFiles(url)[0];
  expect(readme?.wanted).toBe(`# a\n<!-- settings:begin -->\n${settingsTable()}\n<!-- settings:end -->\nb\n`);
});

test('a docs/CONFIGURATION.md that is missing or has no markers is a problem, not something to write', () => {
  const { url, write } = folder();
  expect(generatedFiles(url)[0]).toMatchObject({ wanted: undefined, problem: 'the file is missing' });
  write('docs/CONFIGURATION.md', '# no markers\n');
  expect(generatedFiles(url)[0]).toMatchObject({
    wanted: undefined,
    problem: expect.stringContaining('settings:begin'),
  });
});
