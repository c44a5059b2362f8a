import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/program.ts';
import { LastGoodConfig, lastGoodPath } from './last-good-config.ts';

test('the last good devices.json is kept for its owner only, the newest one', async () => {
  const state = join(temporaryFolder(), 'state');
  const warnings: string[] = [];
  const kept = new LastGoodConfig({ path: lastGoodPath(state), warn: (text) => warnings.push(text) });
  for (const text of ['one', 'two', 'two', 'three']) kept.keep(text);
  await kept.close();
  expect(readdirSync(state)).toEqual(['devices.json.last-good']);
  expect(readFileSync(lastGoodPath(state), 'utf8')).toBe('three');
  expect(statSync(lastGoodPath(state)).mode & 0o777).toBe(0o600);
  expect(warnings).toEqual([]);
});

test('a disk that refuses is told once, and tried again with the next file', async () => {
  const state = temporaryFolder();
  // A folder stands where the copy belongs.
  mkdirSync(join(lastGoodPath(state), 'x'), { recursive: true });
  const warnings: string[] = [];
  const kept = new LastGoodConfig({ path: lastGoodPath(state), warn: (text) => warnings.push(text) });
  kept.keep('one');
  await kept.close();
  kept.keep('two');
  await kept.close();
  expect(warnings).toEqual([expect.stringMatching(/^the copy of devices\.json .* cannot be written: /)]);
  expect(readdirSync(state)).toEqual(['devices.json.last-good']);
});
