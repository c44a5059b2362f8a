import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#src/core/clock';
import { type ChosenEngines, chooseEngines } from '#src/engines/engine-registry';
import { SherpaStt } from '#src/engines/sherpa/sherpa-stt';
import { parseSettings } from '#src/settings';
import type { SimDevice } from '../device-sim/device/sim-device.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { demoSample } from './support/demo-samples.ts';
import { oggPageOf } from './support/ogg-pages.ts';

const HELLO = demoSample('00.wav');
const WEATHER = demoSample('06.wav');

/** The engines of the settings' defaults, made here so that a test can get at the speech host. */
function defaultEngines(): { chosen: ChosenEngines; stt: SherpaStt } {
  const deps = { clock: systemClock, random: Math.random, report: () => undefined, debug: () => undefined };
  const chosen = chooseEngines(parseSettings({}), deps);
  const { stt } = chosen.engines;
  if (!(stt instanceof SherpaStt)) throw new Error('the default recogniser is not sherpa');
  return { chosen, stt };
}

function append(audio: unknown): string {
  return JSON.stringify({ type: 'input_audio_buffer.append', audio });
}

/** Asks a question and returns what was heard. */
async function heard(device: SimDevice): Promise<string> {
  await device.say(HELLO);
  return (await device.waitForReply()).transcript.trim();
}

describe('when the speech host is killed', () => {
  it.each(['realtime', 'pcm'] as const)(
    'a %s device is told, by sound and by message, and the next turn works',
    async (protocol) => {
      const { chosen, stt } = defaultEngines();
      const device = await simDevice({ name: 'hall', protocol });
      const { all, app } = await startBackend([device], { engines: chosen });
      await device.waitForConnection();
      const firstPid = stt.hostPid;

      const saying = device.say(WEATHER);
      await expect.poll(() => app.fleet.get('hall')?.activity).toBe('listening');
      process.kill(firstPid as number, 'SIGKILL');
      await saying;
      const notice = await device.waitForReply();
      expect(notice.errors).toEqual([{ code: 'speech_host_down', message: expect.any(String) }]);
      expect(notice.audioMs).toBeGreaterThan(200);
      await expect
        .poll(() => all('turn.ended')[0])
        .toMatchObject({ outcome: 'failed', error: { kind: 'stt', code: 'speech_host_down' } });

      await device.say(HELLO);
      const reply = await device.waitForReply();
      expect(reply.errors).toEqual([]);
      await expect.poll(() => all('turn.ended').at(-1)).toMatchObject({ outcome: 'answered', heard: HELLO.text });
      expect(stt.hostPid).not.toBe(firstPid);
      expect(device.connections).toBe(1);
    },
  );
});

describe('a device that sends nonsense', () => {
  const huge = 'x'.repeat(200_000);
  const REALTIME_NONSENSE: readonly (readonly [string, string | Uint8Array, string])[] = [
    ['text that is no JSON', '{"type": "input_audio', 'bad_json'],
    ['a JSON list', '[1,2,3]', 'bad_json'],
    ['JSON 100,000 deep', '['.repeat(100_000) + ']'.repeat(100_000), 'bad_json'],
    ['an unknown type', '{"type":"make.coffee"}', 'unknown_type'],
    ['a type that is a method of objects', '{"type":"constructor"}', 'unknown_type'],
    ['audio that is no text', append({ a: 1 }), 'unexpected'],
    ['audio that is no base64', append('%%% not base64 %%%'), 'bad_base64'],
    ['broken Ogg', append(Buffer.concat([Buffer.from('OggS'), randomBytes(300)]).toString('base64')), 'bad_ogg'],
    ['200 KB of one message', append(huge), 'bad_ogg'],
    ['a binary message', randomBytes(500), 'unexpected'],
  ];

  it('is counted and believed again, and costs nobody else anything', async () => {
    const bad = await simDevice({ name: 'bad' });
    const good = await simDevice({ name: 'good' });
    const { all } = await startBackend([bad, good]);
    await Promise.all([bad.waitForConnection(), good.waitForConnection()]);
    const reasons = () => all('device.dropped').map(({ device, reason }) => `${device} ${reason}`);

    const answered = heard(good);
    for (const [name, message, reason] of REALTIME_NONSENSE) {
      const before = reasons().length;
      bad.sendRaw(message);
      await expect.poll(() => reasons().slice(before), { message: name }).toContain(`bad ${reason}`);
    }
    expect(await answered).toBe(HELLO.text);
    expect(await heard(bad)).toBe(HELLO.text);
    expect(reasons().filter((reason) => reason.startsWith('good'))).toEqual([]);
    expect([bad.connections, good.connections]).toEqual([1, 1]);
  });

  it('survives a flood of random Opus packets in good Ogg pages', async () => {
    const device = await simDevice({ name: 'hall' });
    const { all } = await startBackend([device]);
    await device.waitForConnection();
    for (let index = 0; index < 500; index++)
      device.sendRaw(append(oggPageOf(randomBytes(1 + (index % 250))).toString('base64')));
    await expect
      .poll(() => all('device.dropped').filter(({ reason }) => reason === 'bad_opus').length)
      .toBeGreaterThan(50);
    // What decoded to noise may have begun a turn; it ends, and then speech is understood.
    await expect.poll(() => all('turn.started').length - all('turn.ended').length, { timeout: 15_000 }).toBe(0);
    expect(await heard(device)).toContain('hello');
    expect(device.connections).toBe(1);
  });

  it.each(['realtime', 'pcm'] as const)(
    'is cut off with 1009 for more than 256 KB at once (%s), and dialled again',
    async (protocol) => {
      const device = await simDevice({ name: 'hall', protocol });
      const { all, app } = await startBackend([device]);
      await device.waitForConnection();
      device.sendRaw(Buffer.alloc(256 * 1024 + 1));
      await expect.poll(() => device.connections).toBe(2);
      expect(all('device.state').find(({ error }) => error)?.error?.code).toBe('message_too_big');
      await expect.poll(() => app.fleet.get('hall')?.state).toBe('ready');
    },
  );

  it('counts what a pcm device gets wrong', async () => {
    const device = await simDevice({ name: 'desk', protocol: 'pcm' });
    const { all } = await startBackend([device]);
    await device.waitForConnection();
    const nonsense: readonly (readonly [string | Uint8Array, string])[] = [
      ['no json', 'bad_json'],
      ['{"type":"event","payload":7}', 'bad_json'],
      ['{"type":"event","payload":{"source":"button","action":"lick"}}', 'unknown_type'],
      ['{"type":"dance","payload":{}}', 'unknown_type'],
      ['{"type":"client_status","payload":"fine"}', 'bad_json'],
      [Buffer.from([1, 2, 3]), 'bad_pcm'],
    ];
    for (const [message] of nonsense) device.sendRaw(message);
    await expect
      .poll(() => all('device.dropped').map(({ reason }) => reason))
      .toEqual(nonsense.map(([, reason]) => reason));
    expect(device.connections).toBe(1);
  });
});
