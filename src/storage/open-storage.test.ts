import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../core/manual-clock.ts';
import { parseSettings } from '../settings.ts';
import { createLog } from '../telemetry/log.ts';
import { openStorage } from './open-storage.ts';

function storageWith(env: Readonly<Record<string, string>>) {
  const lines: string[] = [];
  const clock = new ManualClock();
  const log = createLog('info', { write: (line: string) => lines.push(line) });
  const opened = openStorage({
    settings: parseSettings(env),
    devices: [{ name: 'hall' }],
    clock,
    log,
  });
  return { opened, lines, clock };
}

it('keeps nothing unless told where', async () => {
  const { opened, lines } = storageWith({ HISTORY_MAX_TOKENS: '500' });
  const { deps, close } = await opened;
  expect(deps).toEqual({ history: { store: undefined, maxTokens: 500, maxMessages: 40 } });
  await close();
  expect(lines).toEqual([]);
});

it('keeps what it is told to keep, where it is told', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dialtone-storage-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const { opened, lines } = storageWith({
    STATE_DIR: join(dir, 'state'),
    RECORDINGS_DIR: join(dir, 'recordings'),
    LOG_TRANSCRIPTS: 'false',
  });
  const { deps, close } = await opened;
  deps.history.store?.save('hall', [{ role: 'user', content: 'hello', at: 1 }]);
  deps.recorder?.open('hall', 1, 'user').end({
    type: 'turn.ended',
    device: 'hall',
    turn: 1,
    kind: 'user',
    outcome: 'no_speech',
    heard: 'hello',
    answer: '',
    written: '',
    spokenMs: 0,
    stages: {},
    moments: {},
  });
  await close();
  expect(readdirSync(join(dir, 'state', 'history'))).toEqual(['hall.json']);
  const index = readFileSync(join(dir, 'recordings', 'hall', '2026-01-01', 'turns.jsonl'), 'utf8');
  expect(index).toContain('"no_speech"');
  expect(index).not.toContain('hello');
  expect(lines.join('')).toMatch(/history\.kept.*recordings\.on/s);
});

it('goes on without a disk, and says so', async () => {
  const { opened, lines } = storageWith({ STATE_DIR: '/dev/null/state', RECORDINGS_DIR: '/dev/null/recordings' });
  const { deps, close } = await opened;
  expect(deps.history.store?.load('hall')).toEqual([]);
  deps.history.store?.save('hall', [{ role: 'user', content: 'hello', at: 1 }]);
  await close();
  expect(lines.join('')).toMatch(/history\.warning.*cannot be kept/s);
  expect(lines.join('')).toMatch(/recordings\.warning.*cannot be kept/s);
});

it('a history that cannot be read is told of with its device', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dialtone-storage-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, 'history'));
  writeFileSync(join(dir, 'history', 'hall.json'), 'no JSON');
  const { opened, lines } = storageWith({ STATE_DIR: dir });
  const { deps, close } = await opened;
  expect(deps.history.store?.load('hall')).toEqual([]);
  await close();
  const told = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'history.warning');
  expect(told).toMatchObject([{ level: 'warn', device: 'hall' }]);
});

it('a disk that refuses is told of as a warning, and that it takes again as information', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dialtone-storage-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const state = join(dir, 'state');
  // A file where the folder should be: refused to root as well.
  writeFileSync(state, '');
  const { opened, lines, clock } = storageWith({ STATE_DIR: state });
  const { deps, close } = await opened;
  deps.history.store?.save('hall', [{ role: 'user', content: 'hello', at: 1 }]);
  const told = () => lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'history.warning');
  clock.advance(2_000);
  await expect.poll(told).toMatchObject([{ level: 'warn' }]);
  // It was refused, and is tried again.
  await expect.poll(() => clock.nextInMs).toBe(30_000);
  rmSync(state);
  clock.advance(30_000);
  await expect
    .poll(told)
    .toMatchObject([{ level: 'warn' }, { level: 'info', msg: expect.stringContaining('can be kept again') }]);
  await close();
});
