import { expect, test } from 'vitest';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { openEventStream } from './support/event-stream.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

/** Has a device ask what time it is, and returns what was heard and answered, and everything that was told of it. */
async function askForTheTime(env: Readonly<Record<string, string>>) {
  const time = new VirtualTime();
  const hall = await simDevice({ name: 'hall', protocol: 'pcm', clock: time.clock });
  const backend = await startBackend([hall], { time, env, engines: 'own' });
  const stream = await openEventStream(Number(new URL(backend.app.url).port), { path: '/v1/events?transcripts=1' });
  await time.during(hall.say(demoSample('00.wav')));
  await time.until(() => expect(backend.all('turn.ended')).not.toEqual([]));
  await time.during(stream.until(({ events }) => events.some(({ event }) => event === 'turn.ended')));
  const get = async (path: string) => (await fetch(backend.app.url + path)).text();
  const turns = await get('/v1/devices/hall/turns');
  const told = [backend.log(), stream.text, turns, await get('/v1/devices/hall'), await get('/metrics')];
  return { ended: backend.all('turn.ended')[0], turns: JSON.parse(turns).turns, told };
}

test('the turns of a device tell what was said and how long it took', async () => {
  const { ended, turns, told } = await askForTheTime({});
  expect(ended?.heard).not.toBe('');
  expect(turns[0]).toMatchObject({ kind: 'user', outcome: 'answered', heard: ended?.heard, answer: ended?.answer });
  expect(Object.keys(turns[0].stages_ms)).toContain('total');
  expect(Date.parse(turns[0].started_at)).toBeLessThan(Date.parse(turns[0].ended_at));
  const [log = '', events = ''] = told;
  expect(log).toContain(ended?.heard);
  expect(events).toContain(ended?.heard);
});

test('with LOG_TRANSCRIPTS=false nothing tells what was said: log, events, turns, status, metrics', async () => {
  const { ended, turns, told } = await askForTheTime({ LOG_TRANSCRIPTS: 'false', LOG_LEVEL: 'trace' });
  expect(ended?.heard).not.toBe('');
  expect(ended?.answer).not.toBe('');
  expect(turns[0]).toMatchObject({ heard: null, answer: null, written: null, outcome: 'answered' });
  for (const text of told) {
    for (const said of [ended?.heard, ended?.answer, ended?.written]) expect(text).not.toContain(said);
  }
});
