import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { parseWav } from '#src/audio/wav';
import { readStartConfig } from '#src/config/live/start-config';
import { ManualClock } from '#src/core/manual-clock';
import { PROTOCOLS } from '#src/protocols/registry';
import { parseSettings } from '#src/settings';
import { lastGoodPath } from '#src/storage/last-good-config';
import { openStorage } from '#src/storage/open-storage';
import { sweep } from '#src/storage/recordings/retention';
import { createLog } from '#src/telemetry/log';
import { temporaryFolder } from './support/program.ts';

// What fixtures/first-version/README.md tells of must be understood by every later version.

const DAY_MS = 24 * 3_600_000;
const WRITTEN = Date.parse('2026-11-28T21:15:00Z');

/** A copy of the files, for a program that may change them. */
function oldFiles() {
  const folder = temporaryFolder();
  cpSync(fileURLToPath(new URL('./fixtures/first-version', import.meta.url)), folder, { recursive: true });
  return { state: join(folder, 'state'), recordings: join(folder, 'recordings'), file: join(folder, 'devices.json') };
}

it('a history of the first version is what the device remembers', async () => {
  const { state, recordings } = oldFiles();
  const lines: string[] = [];
  const storage = await openStorage({
    settings: parseSettings({ STATE_DIR: state, RECORDINGS_DIR: recordings }),
    devices: [{ name: 'Living Room' }],
    clock: new ManualClock(WRITTEN),
    log: createLog('warn', { write: (line) => lines.push(line) }),
  });
  onTestFinished(() => storage.close());
  expect(storage.deps.history.store?.load('Living Room')).toEqual([
    { role: 'user', content: 'what time is it', at: expect.any(Number) },
    { role: 'assistant', content: 'Thirteen minutes past nine in the evening.', at: expect.any(Number) },
  ]);
  expect(lines).toEqual([]);
});

it('the last good devices.json of an older version runs when the file itself cannot be used', () => {
  const { state, file } = oldFiles();
  writeFileSync(file, '{"devices": [{"name": "Living');
  const { config, fallback } = readStartConfig(file, {
    kinds: PROTOCOLS,
    strict: false,
    lastGood: lastGoodPath(state),
  });
  expect(config.misconfigured).toEqual([]);
  expect(config.devices).toMatchObject([
    { name: 'Living Room', host: '127.0.0.1', port: 18765, instructions: { type: 'constant', text: 'Be brief.' } },
  ]);
  expect(fallback).toContain('the last good copy of devices.json runs');
});

it('recordings of an older version can be heard, are kept as long as they may be, and then go', async () => {
  const { recordings } = oldFiles();
  const [device = ''] = readdirSync(recordings);
  const day = join(recordings, device, '2026-11-28');
  const turns = readFileSync(join(day, 'turns.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(turns[0]).toMatchObject({
    device: 'Living Room',
    kind: 'user',
    outcome: 'answered',
    heard: 'what time is it',
  });
  const audio = parseWav(readFileSync(join(day, turns[0].user.file)));
  expect(audio.sampleRate).toBe(turns[0].user.sample_rate);
  expect(Math.round((audio.samples.length / audio.sampleRate) * 1000)).toBe(turns[0].user.ms);

  const limits = { maxAgeMs: 7 * DAY_MS, maxBytes: 10_000_000 };
  const bytes = await sweep(recordings, limits, WRITTEN + 6 * DAY_MS);
  expect(bytes).toBeGreaterThan(50_000);
  expect(readdirSync(day)).toHaveLength(2);
  expect(await sweep(recordings, limits, WRITTEN + 9 * DAY_MS)).toBe(0);
  expect(readdirSync(recordings)).toEqual([]);
});

it('the changelog tells of the version in package.json, and of changes behind it', () => {
  const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  const told = read('CHANGELOG.md').match(/^## .*/gm);
  expect(told).toContain(`## ${version}`);
});
