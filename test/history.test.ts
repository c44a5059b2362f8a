import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { simDevice, startBackend } from './support/backend.ts';
import { demoSample } from './support/demo-samples.ts';
import { temporaryFolder } from './support/program.ts';

test('what was said survives a restart of the backend, until it is forgotten', async () => {
  const state = join(temporaryFolder(), 'state');
  const recordings = join(temporaryFolder(), 'recordings');
  const env = { STATE_DIR: state, RECORDINGS_DIR: recordings };
  const file = join(state, 'history', 'kitchen.json');
  const kept = () =>
    (JSON.parse(readFileSync(file, 'utf8')) as { entries: { role: string; content: string }[] }).entries;
  const device = await simDevice({ name: 'kitchen' });

  const first = await startBackend([device], { env });
  await device.waitForConnection();
  await device.say(demoSample('01.wav'));
  await device.waitForReply();
  await expect.poll(() => first.all('turn.ended')).toHaveLength(1);
  await first.close();
  const answer = first.all('turn.ended')[0]?.answer;
  expect(answer).not.toBe('');
  expect(kept()).toMatchObject([
    { role: 'user', content: demoSample('01.wav').text },
    { role: 'assistant', content: answer },
  ]);
  expect(statSync(recordings).isDirectory()).toBe(true);

  const second = await startBackend([device], { env });
  await device.waitForConnection();
  await device.say(demoSample('07.wav'));
  await device.waitForReply();
  // It is written although nobody closes anything.
  await expect.poll(() => kept().length, { timeout: 10_000 }).toBe(4);
  expect(kept().map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  expect(kept()[0]?.content).toBe(demoSample('01.wav').text);

  second.app.fleet.forgetHistory('kitchen');
  await expect.poll(() => existsSync(file)).toBe(false);
  await second.close();
  expect(readdirSync(join(state, 'history'))).toEqual([]);
  expect(second.log()).not.toMatch(/history\.warning|recordings\.warning/);
}, 90_000);
