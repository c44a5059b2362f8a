import { describe, expect, it } from 'vitest';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const QUESTION = demoSample('01.wav');

describe.each(['pcm16', 'pcmf32'] as const)(
  'a device that speaks %s, which devices.json does not say',
  (audioFormat) => {
    /** A device whose microphone gives nothing but zeros in silence, or sends nothing at all. */
    async function quietDevice(microphone: 'silence' | 'nothing', entry: Readonly<Record<string, unknown>> = {}) {
      const time = new VirtualTime();
      const device = await simDevice({ name: 'hall', audioFormat, noiseRms: 0, microphone, clock: time.clock });
      const backend = await startBackend([device], { time, entries: { hall: entry } });
      await time.during(device.waitForConnection());
      const say = async (text: string) => {
        const said = backend.app.fleet.say('hall', { text, interrupt: false, listenAfter: false });
        if (typeof said === 'string') throw new Error(said);
        return await time.during(said);
      };
      return { time, device, say, ...backend };
    }

    it.each(['silence', 'nothing'] as const)(
      'is heard from its first word on, with %s before it',
      async (microphone) => {
        const { time, device, all } = await quietDevice(microphone);
        await time.pass(1_000);
        await time.during(device.say(QUESTION));
        await time.until(() => expect(all('turn.heard').map(({ text }) => text)).toEqual([QUESTION.text]));
        expect(all('device.dropped')).toEqual([]);
      },
    );

    it('is greeted in it, although only its silence is known', async () => {
      const { time, device, all } = await quietDevice('silence', { greeting: 'Good morning to everybody.' });
      await time.until(() => expect(all('turn.ended')[0]).toMatchObject({ kind: 'greeting', outcome: 'answered' }));
      expect(device.violations).toEqual([]);
      expect(device.speaker.playedMs).toBeGreaterThan(1_000);
    });

    it('is spoken to in it from the beginning of its next line, before it has sent anything', async () => {
      const { time, device, all, app, say } = await quietDevice('nothing');
      await time.during(device.say(QUESTION));
      await time.until(() => expect(all('turn.ended')[0]?.outcome).toBe('answered'));
      for (let line = 2; line <= 3; line++) {
        device.terminate();
        await time.until(() => expect(device.connections).toBe(line));
        await time.until(() => expect(app.fleet.get('hall')?.state).toBe('ready'));
        expect(await say('It is me again.')).toMatchObject({ outcome: 'played', heard: 'It is me again.' });
      }
      expect(device.violations).toEqual([]);
      // And is heard at once.
      await time.during(device.say(QUESTION));
      await time.until(() => expect(all('turn.heard').map(({ text }) => text)).toEqual([QUESTION.text, QUESTION.text]));
    });
  },
);

it('a device that speaks Ogg is answered in Ogg on its next line, too', async () => {
  const time = new VirtualTime();
  const device = await simDevice({ name: 'hall', microphone: 'nothing', clock: time.clock });
  const { all, app } = await startBackend([device], { time });
  await time.during(device.waitForConnection());
  await time.during(device.say(QUESTION));
  await time.until(() => expect(all('turn.ended')[0]?.outcome).toBe('answered'));
  device.terminate();
  await time.until(() => expect(device.connections).toBe(2));
  await time.until(() => expect(app.fleet.get('hall')?.state).toBe('ready'));
  const said = app.fleet.say('hall', { text: 'It is me again.', interrupt: false, listenAfter: false });
  expect(await time.during(Promise.resolve(said))).toMatchObject({ outcome: 'played' });
  expect(device.violations).toEqual([]);
});
