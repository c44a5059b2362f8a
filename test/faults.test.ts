import { describe, expect, it } from 'vitest';
import type { SimDevice } from '../device-sim/device/sim-device.ts';
import { demoSample } from './support/audio/demo-samples.ts';
import { oggPageOf } from './support/audio/ogg-pages.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { sherpaEngines } from './support/engines/sherpa-engines.ts';
import { dice, diceBytes } from './support/time/dice.ts';
import { patientClock } from './support/time/patient-clock.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const HELLO = demoSample('00.wav');
const WEATHER = demoSample('06.wav');

function append(audio: unknown): string {
  return JSON.stringify({ type: 'input_audio_buffer.append', audio });
}

/** Asks a question and returns what was heard. */
async function heard(time: VirtualTime, device: SimDevice): Promise<string> {
  await time.during(device.say(HELLO));
  return (await time.during(device.waitForReply())).transcript.trim();
}

describe('when the speech host is killed', () => {
  it.each(['realtime', 'pcm'] as const)(
    'a %s device is told, by sound and by message, and the next turn works',
    async (protocol) => {
      const deps = { clock: patientClock, random: dice(), report: () => undefined, debug: () => undefined };
      const { engines, hostPid } = sherpaEngines({}, deps);
      const time = new VirtualTime();
      const device = await simDevice({ name: 'hall', protocol, clock: time.clock });
      const { all, app } = await startBackend([device], { time, engines });
      await time.during(device.waitForConnection());
      const firstPid = hostPid();

      const saying = device.say(WEATHER);
      await time.until(() => expect(app.fleet.get('hall')?.activity).toBe('listening'));
      process.kill(firstPid as number, 'SIGKILL');
      await time.during(saying);
      const notice = await time.during(device.waitForReply());
      expect(notice.errors).toEqual([{ code: 'speech_host_down', message: expect.any(String) }]);
      expect(notice.audioMs).toBeGreaterThan(200);
      await time.until(() =>
        expect(all('turn.ended')[0]).toMatchObject({
          outcome: 'failed',
          error: { kind: 'stt', code: 'speech_host_down' },
        }),
      );

      await time.during(device.say(HELLO));
      const reply = await time.during(device.waitForReply());
      expect(reply.errors).toEqual([]);
      await time.until(() =>
        expect(all('turn.ended').at(-1)).toMatchObject({ outcome: 'answered', heard: HELLO.text }),
      );
      expect(hostPid()).not.toBe(firstPid);
      expect(device.connections).toBe(1);
    },
  );
});

describe('a device that sends nonsense', () => {
  const huge = 'x'.repeat(200_000);
  const random = dice();
  const REALTIME_NONSENSE: readonly (readonly [string, string | Uint8Array, string])[] = [
    ['text that is no JSON', '{"type": "input_audio', 'bad_json'],
    ['a JSON list', '[1,2,3]', 'bad_json'],
    ['JSON 100,000 deep', '['.repeat(100_000) + ']'.repeat(100_000), 'bad_json'],
    ['an unknown type', '{"type":"make.coffee"}', 'unknown_type'],
    ['a type that is a method of objects', '{"type":"constructor"}', 'unknown_type'],
    ['audio that is no text', append({ a: 1 }), 'unexpected'],
    ['audio that is no base64', append('%%% not base64 %%%'), 'bad_base64'],
    ['broken Ogg', append(Buffer.concat([Buffer.from('OggS'), diceBytes(300, random)]).toString('base64')), 'bad_ogg'],
    ['200 KB of one message', append(huge), 'bad_ogg'],
    ['a binary message', diceBytes(500, random), 'unexpected'],
  ];

  it('is counted and believed again, and costs the other devices nothing', async () => {
    const time = new VirtualTime();
    const bad = await simDevice({ name: 'bad', clock: time.clock });
    const good = await simDevice({ name: 'good', clock: time.clock });
    const { all } = await startBackend([bad, good], { time });
    await time.during(Promise.all([bad.waitForConnection(), good.waitForConnection()]));
    const reasons = () => all('device.dropped').map(({ device, reason }) => `${device} ${reason}`);

    const answered = heard(time, good);
    for (const [name, message, reason] of REALTIME_NONSENSE) {
      const before = reasons().length;
      bad.sendRaw(message);
      await time.until(() => expect(reasons().slice(before), name).toContain(`bad ${reason}`));
    }
    expect(await answered).toBe(HELLO.text);
    expect(await heard(time, bad)).toBe(HELLO.text);
    expect(reasons().filter((reason) => reason.startsWith('good'))).toEqual([]);
    expect([bad.connections, good.connections]).toEqual([1, 1]);
  });

  it('survives a flood of random Opus packets in good Ogg pages', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'hall', clock: time.clock });
    const { all } = await startBackend([device], { time });
    await time.during(device.waitForConnection());
    for (let index = 0; index < 500; index++)
      device.sendRaw(append(oggPageOf(diceBytes(1 + (index % 250), random)).toString('base64')));
    await time.until(() =>
      expect(all('device.dropped').filter(({ reason }) => reason === 'bad_opus').length).toBeGreaterThan(50),
    );
    // What decoded to noise may have begun a turn; it ends, and then speech is understood.
    await time.until(() => expect(all('turn.started').length - all('turn.ended').length).toBe(0));
    expect(await heard(time, device)).toContain('hello');
    expect(device.connections).toBe(1);
  });

  it.each(['realtime', 'pcm'] as const)(
    'is cut off with 1009 for more than 256 KB at once (%s), and dialled again',
    async (protocol) => {
      const time = new VirtualTime();
      const device = await simDevice({ name: 'hall', protocol, clock: time.clock });
      const { all, app } = await startBackend([device], { time });
      await time.during(device.waitForConnection());
      device.sendRaw(Buffer.alloc(256 * 1024 + 1));
      await time.until(() => expect(device.connections).toBe(2));
      expect(all('device.state').find(({ error }) => error)?.error?.code).toBe('message_too_big');
      await time.until(() => expect(app.fleet.get('hall')?.state).toBe('ready'));
    },
  );

  it('counts what a pcm device gets wrong', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'desk', protocol: 'pcm', clock: time.clock });
    const { all } = await startBackend([device], { time });
    await time.during(device.waitForConnection());
    const nonsense: readonly (readonly [string | Uint8Array, string])[] = [
      ['no json', 'bad_json'],
      ['{"type":"event","payload":7}', 'bad_json'],
      ['{"type":"event","payload":{"source":"button","action":"lick"}}', 'unknown_type'],
      ['{"type":"dance","payload":{}}', 'unknown_type'],
      ['{"type":"client_status","payload":"fine"}', 'bad_json'],
      [Buffer.from([1, 2, 3]), 'bad_pcm'],
    ];
    for (const [message] of nonsense) device.sendRaw(message);
    await time.until(() =>
      expect(all('device.dropped').map(({ reason }) => reason)).toEqual(nonsense.map(([, reason]) => reason)),
    );
    expect(device.connections).toBe(1);
  });
});
