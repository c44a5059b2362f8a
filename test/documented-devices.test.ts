import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readDevicesFile } from '#src/config/devices-file';
import { PROTOCOLS } from '#src/protocols/registry';
import { temporaryFolder } from './support/program.ts';

// Every devices.json and every entry of one that the documents show is right.

const at = (path: string) => new URL(`../${path}`, import.meta.url);
const pages = [
  'README.md',
  'device-sim/README.md',
  ...readdirSync(at('docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

/** What a page shows of devices.json: whole files, and entries. */
function shownOn(page: string): string[] {
  const text = readFileSync(at(page), 'utf8');
  const blocks = [...text.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  const inline = [...text.matchAll(/`(\{ ?"name": [^`]*\})`/g)].map(([, entry = '']) => entry);
  const entries = inline.concat(blocks.filter((block) => /^\{\s*"name": /.test(block)));
  return [
    ...blocks.filter((block) => block.includes('"devices"')),
    ...entries.map((entry) => `{"devices": [${entry}]}`),
  ];
}

const shown = pages.flatMap((page) => shownOn(page).map((text) => [page, text] as const));

it('shows some', () => {
  expect(shown.length).toBeGreaterThan(8);
});

it.each(shown)('%s shows a devices.json that is right: %s', (_, text) => {
  const file = join(temporaryFolder(), 'devices.json');
  writeFileSync(file, text);
  const env = { ROBOT_TOKEN: 'x', WS_TOKEN: 'x' };
  const { devices, warnings } = readDevicesFile(file, { kinds: PROTOCOLS, env });
  expect(devices.length).toBeGreaterThan(0);
  expect(warnings).toEqual([]);
});
