import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { compiledEntry } from '../../core/compiled-entry.ts';
import { FileHistoryStore } from './file-history-store.ts';

const ROUNDS = 12;
/** Rounds go on until one child was killed between the beginning and the end of a write. */
const MOST_ROUNDS = 200;
/** Long enough for a write to take several system calls. */
const WORDS = 300_000;

/** Saves without end, as fast as the disk takes it. The number of the save is in every entry. */
const ENDLESS = `
import { FileHistoryStore } from ${JSON.stringify(compiledEntry(import.meta.url, './file-history-store.ts').href)};
import { systemClock } from ${JSON.stringify(compiledEntry(import.meta.url, '../../core/clock.ts').href)};
import { existsSync } from 'node:fs';
const clock = { ...systemClock, setTimer: (run) => systemClock.setTimer(run, 0) };
const store = await FileHistoryStore.open({ dir: process.argv[1], clock, warn: console.error }, []);
for (let at = 1, told = false; ; at++) {
  store.save('kitchen', ['user', 'assistant'].map((role) => ({ role, content: 'word '.repeat(${WORDS}), at })));
  await new Promise((resolve) => setTimeout(resolve, 3));
  if (told || !existsSync(process.argv[1] + '/kitchen.json')) continue;
  told = true;
  console.log('under way');
}
`;

it('a process killed amid writing leaves a whole history, the old one or the new one', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dialtone-kill-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const warnings: string[] = [];
  let unfinished = 0;
  for (let round = 0; round < ROUNDS || (unfinished === 0 && round < MOST_ROUNDS); round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', ENDLESS, dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await new Promise((resolve, reject) => {
      child.stdout.once('data', resolve);
      child.once('exit', () => reject(new Error('it ended by itself')));
    });
    await new Promise((resolve) => setTimeout(resolve, (round % ROUNDS) * 7));
    child.kill('SIGKILL');
    await ended;
    unfinished += readdirSync(dir).filter((name) => name.endsWith('.tmp')).length;

    const store = await FileHistoryStore.open({ dir, clock: systemClock, warn: (text) => warnings.push(text) }, [
      'kitchen',
    ]);
    const entries = store.load('kitchen');
    expect(entries.map(({ role, content }) => `${role} ${content.length}`)).toEqual([
      `user ${5 * WORDS}`,
      `assistant ${5 * WORDS}`,
    ]);
    expect(entries[0]?.at).toBe(entries[1]?.at);
    expect(readdirSync(dir)).toEqual(['kitchen.json']);
    await store.close();
  }
  expect(warnings).toEqual([]);
  // Else every child was killed between two writes, and the test has shown nothing.
  expect(unfinished).toBeGreaterThan(0);
});
