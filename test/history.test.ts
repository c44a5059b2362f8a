import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { temporaryFolder } from './support/program.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

test('what was said survives a restart of the backend, until it is forgotten', async () => {
  const state = join(temporaryFolder(), 'state');
  const recordings = join(temporaryFolder(), 'recordings');
  const env = { STATE_DIR: state, RECORDINGS_DIR: recordings };
  const file = join(state, 'history', 'kitchen.json');
  const kept = () =>
    (JSON.parse(readFileSync(file, 'utf8')) as { entries: { role: string; content: string }[] }).entries;
  const time = new VirtualTime();
  const device = await simDevice({ name: 'kitchen', clock: time.clock });

  const first = await startBackend([device], { time, env });
  await time.during(device.waitForConnection());
  await time.during(device.say(demoSample('01.wav')));
  await time.during(device.waitForReply());
  await time.until(() => expect(first.all('turn.ended')).toHaveLength(1));
  await first.close();
  const answer = first.all('turn.ended')[0]?.answer;
  expect(answer).not.toBe('');
  expect(kept()).toMatchObject([
    { role: 'user', content: demoSample('01.wav').text },
    { role: 'assistant', content: answer },
  ]);
  expect(statSync(recordings).isDirectory()).toBe(true);

  const second = await startBackend([device], { time, env });
  await time.during(device.waitForConnection());
  await time.during(device.say(demoSample('07.wav')));
  await time.during(device.waitForReply());
  // It is written although nothing is closed.
  await time.until(() => expect(kept().length).toBe(4));
  expect(kept().map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  expect(kept()[0]?.content).toBe(demoSample('01.wav').text);

  second.app.fleet.forgetHistory('kitchen');
  await time.until(() => expect(existsSync(file)).toBe(false));
  await second.close();
  expect(readdirSync(join(state, 'history'))).toEqual([]);
  expect(second.log()).not.toMatch(/history\.warning|recordings\.warning/);
});
