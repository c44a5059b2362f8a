import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { RegistrationsFile } from './registrations-file.ts';

const NOW = Date.parse('2026-11-29T08:00:00Z');
const DEVICE = { protocol: 'xiaozhi', id: 'aabbccddeeff', name: null, client: null, tokens: ['0'.repeat(64)] };

function stateWith(text?: string) {
  const dir = mkdtempSync(join(tmpdir(), 'dialtone-registrations-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'registrations.json');
  if (text !== undefined) writeFileSync(path, text);
  const warnings: string[] = [];
  return { dir, path, warnings, open: () => RegistrationsFile.open(dir, NOW, (text) => warnings.push(text)) };
}

it('keeps who was let in, and knows a field less than a later version has written', async () => {
  const { path, warnings, open } = stateWith();
  const file = await open();
  file.changed(() => [DEVICE]);
  await file.close();
  const written = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...written, later: 1, devices: [{ ...written.devices[0], later: 2 }] }));
  expect((await open()).kept).toEqual([DEVICE]);
  expect(warnings).toEqual([]);
});

it.each([
  ['a later version', JSON.stringify({ version: 2, devices: {} })],
  ['a file that is cut short', `{"version": 1, "devices": [{"tokens": ["${'a'.repeat(64)}`],
])('sets %s aside: nothing of it is lost or told', async (_, text) => {
  const { dir, path, warnings, open } = stateWith(text);
  const file = await open();
  expect(file.kept).toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(/cannot be read \(.*It is .*broken-20261129T080000000Z now\./)]);
  expect(warnings[0]).not.toContain('aaaa');
  file.changed(() => [DEVICE]);
  await file.close();
  expect(readdirSync(dir).sort()).toEqual(['registrations.json', 'registrations.json.broken-20261129T080000000Z']);
  expect(readFileSync(`${path}.broken-20261129T080000000Z`, 'utf8')).toBe(text);
  expect((await open()).kept).toEqual([DEVICE]);
});
