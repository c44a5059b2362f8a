import { describe, expect, it } from 'vitest';
import { int16ToPcmBytes, rms } from '#src/audio/pcm';
import { parseWav } from '#src/audio/wav';
import { demoSample } from './support/audio/demo-samples.ts';
import { startBackend } from './support/backend.ts';
import { InboundDevice } from './support/devices/inbound-device.ts';
import { png } from './support/pictures.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const QUESTION = demoSample('01.wav');
const LISTEN = { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' };
const QUIET = { direction: 'accept', greeting: false, long_silence: false, idle_timeout: false };
const PIN = { name: 'old pin', protocol: 'hotpin-v1', token: 'pin-token', ...QUIET };

async function start(env: Readonly<Record<string, string>> = {}) {
  const time = new VirtualTime();
  const { app, all } = await startBackend([], { time, env: { ...LISTEN, ...env }, more: [PIN] });
  const dial = async () => {
    const pin = await time.during(InboundDevice.dial(app.listenPort, '/ws?token=pin-token'));
    pin.socket.send(JSON.stringify({ session_id: 'esp32-1' }));
    await time.until(() => pin.texts.length === 1);
    return pin;
  };
  /** Sends messages of 4,096 bytes, no more than two of them ahead of what was acknowledged, as firmware does. */
  const record = async (pin: InboundDevice, samples: Int16Array) => {
    const bytes = int16ToPcmBytes(samples);
    const told = () => pin.texts.findLast(({ status }) => status === 'receiving')?.chunks_received ?? 0;
    pin.texts.length = 0;
    for (let at = 0, sent = 0; at < bytes.length; at += 4_096, sent++) {
      await time.until(() => sent - Number(told()) < 2);
      pin.socket.send(bytes.subarray(at, at + 4_096));
    }
    pin.socket.send('{"signal":"EOS"}');
  };
  const is = (pin: InboundDevice, status: string) => () => pin.texts.some((text) => text.status === status);
  return { app, all, time, dial, record, is };
}

describe('a pin of the first generation', () => {
  it('records a question, and is sent the answer as one WAV file', async () => {
    const { all, time, dial, record, is } = await start();
    const pin = await dial();
    expect(pin.texts).toEqual([{ status: 'connected', session_id: 'esp32-1' }]);
    for (const turn of [1, 2]) {
      pin.binaries.length = 0;
      await record(pin, QUESTION.samples);
      await time.until(is(pin, 'complete'));
      await time.until(() => all('turn.ended').length === turn);
      const { heard, answer, outcome, spokenMs } = all('turn.ended')[turn - 1] ?? {};
      expect([outcome, heard]).toEqual(['answered', QUESTION.text]);
      expect(pin.texts.filter(({ status }) => status !== 'receiving')).toEqual([
        { status: 'processing', stage: 'transcription' },
        { status: 'processing', stage: 'llm', transcript: QUESTION.text },
        { status: 'processing', stage: 'tts', response: answer },
        { status: 'complete' },
      ]);
      const lengths = pin.binaries.map(({ length }) => length);
      expect(lengths.at(-1)).toBe(0);
      expect(new Set(lengths.slice(0, -2))).toEqual(new Set([4_096]));
      const { samples, sampleRate } = parseWav(Buffer.concat(pin.binaries));
      expect(sampleRate).toBe(16_000);
      expect(samples.length / 16).toBeCloseTo(spokenMs ?? 0, -3);
      expect(rms(samples)).toBeGreaterThan(0.005);
    }
    expect(all('device.dropped')).toEqual([]);
  });

  it('is told when nothing was understood, and what it does wrong; it loses only that', async () => {
    const { all, time, dial, record, is } = await start();
    const pin = await dial();
    for (const [send, message] of [
      ['{"signal":"EOS"}', /no recording/],
      ['{"dance":1}', /neither/],
      [Buffer.alloc(0), /no audio/],
    ] as const) {
      pin.texts.length = 0;
      pin.socket.send(send);
      await time.until(is(pin, 'error'));
      expect(pin.texts[0]?.message).toMatch(message);
    }
    await record(pin, new Int16Array(16_000));
    await time.until(is(pin, 'error'));
    expect(pin.texts.at(-1)).toMatchObject({ message: expect.stringMatching(/no words/) });
    pin.texts.length = 0;
    for (let count = 0; count < 10; count++) pin.socket.send('[');
    pin.socket.send('{"session_id":"again"}');
    await time.until(is(pin, 'connected'));
    expect(pin.texts.map(({ status }) => status)).toEqual(['error', 'connected']);
    await record(pin, QUESTION.samples);
    await time.until(() => all('turn.ended').some(({ outcome }) => outcome === 'answered'));
    expect(all('turn.ended').at(-1)).toMatchObject({ heard: QUESTION.text });
    expect(pin.texts.at(-1)).toEqual({ status: 'complete' });
  });

  it('takes back what it recorded, and gives up what does not end', async () => {
    const { app, all, time, dial, record, is } = await start();
    const pin = await dial();
    pin.socket.send(int16ToPcmBytes(QUESTION.samples));
    pin.socket.send('{"signal":"RESET"}');
    await time.pass(2_000);
    expect(pin.texts.slice(1)).toEqual([{ status: 'reset_complete' }]);
    pin.socket.send(int16ToPcmBytes(QUESTION.samples));
    await time.until(is(pin, 'error'));
    expect(pin.texts.at(-1)).toMatchObject({ message: expect.stringMatching(/stopped/) });
    await record(pin, QUESTION.samples);
    await time.until(() => all('turn.ended').some(({ outcome }) => outcome === 'answered'));
    expect(all('turn.ended').filter(({ heard }) => heard !== '')).toHaveLength(1);
    expect(app.fleet.get('old pin')?.state).toBe('ready');
  });

  it.each([
    ['while it is recognised', 'transcription'],
    ['while it is thought about', 'llm'],
    ['while it is spoken', 'tts'],
  ])('forgets by RESET what it has asked, %s, and the conversation before', async (_when, stage) => {
    const { all, time, dial, record, is } = await start();
    const pin = await dial();
    await record(pin, QUESTION.samples);
    await time.until(is(pin, 'complete'));
    await time.until(() => all('turn.ended').length === 1);
    await record(pin, QUESTION.samples);
    await time.until(() => pin.texts.some((text) => text.stage === stage));
    pin.socket.send('{"signal":"RESET"}');
    await time.until(is(pin, 'reset_complete'));
    await time.pass(5_000);
    expect(pin.texts.at(-1)).toEqual({ status: 'reset_complete' });
    expect(all('turn.ended').filter(({ outcome }) => outcome === 'answered')).toHaveLength(1);
    await record(pin, QUESTION.samples);
    await time.until(is(pin, 'complete'));
    expect(pin.texts.filter((text) => text.status === 'error')).toEqual([]);
  });

  it('is said something to, and stops an answer by recording', async () => {
    const { app, all, time, dial, record, is } = await start();
    const pin = await dial();
    const said = app.fleet.say('old pin', { text: 'Dinner is ready.', interrupt: false, listenAfter: false });
    expect(await time.during(Promise.resolve(said))).toMatchObject({ outcome: 'played' });
    expect(pin.texts.at(-1)).toEqual({ status: 'complete' });
    await record(pin, QUESTION.samples);
    await time.until(() => all('turn.speaking').length === 2);
    pin.binaries.length = 0;
    await record(pin, QUESTION.samples);
    await time.until(is(pin, 'complete'));
    await time.until(() => all('turn.ended').length === 3);
    expect(all('turn.ended').map(({ outcome }) => outcome)).toEqual(['answered', 'interrupted', 'answered']);
    expect(pin.binaries.filter(({ length }) => length === 0).length).toBeGreaterThanOrEqual(1);
  });

  it.each([
    ['their token', { token: 'robot-token' }, PIN],
    ['any of them', { id: '*' }, PIN],
    ['its address', { token: 'robot-token' }, { ...PIN, token: undefined, id: '127.0.0.1' }],
  ])('shares its path with pcm devices, told apart by %s', async (_by, robot, pin) => {
    const time = new VirtualTime();
    const more = [{ name: 'robot', protocol: 'pcm', ...robot, ...QUIET }, pin];
    const { app } = await startBackend([], { time, env: LISTEN, more });
    const greet = async (path: string, name: string) => {
      const device = await time.during(InboundDevice.dial(app.listenPort, path));
      device.socket.send('{"session_id":"a"}');
      await time.until(() => app.fleet.get(name)?.state === 'ready');
    };
    await greet('token' in pin && pin.token ? '/ws?token=pin-token' : '/ws', 'old pin');
    expect(app.fleet.get('robot')?.state).toBe('waiting');
    await greet('/ws?token=robot-token', 'robot');
  });

  it('that says nothing of itself is closed, and so is one with a wrong token; it may show a picture', async () => {
    const { app, time } = await start();
    const mute = await time.during(InboundDevice.dial(app.listenPort, '/ws?token=pin-token'));
    mute.socket.send(Buffer.alloc(4_096));
    await time.until(() => mute.closed !== undefined);
    const stranger = await time.during(InboundDevice.dial(app.listenPort, '/ws?token=other'));
    expect(stranger.refused).toBe(403);
    const url = `http://127.0.0.1:${app.listenPort}/image?session=esp32-1`;
    const body = Uint8Array.from(png(9, 9));
    const response = await time.during(
      fetch(url, { method: 'POST', headers: { Authorization: 'Bearer pin-token' }, body }),
    );
    expect(await time.during(response.json())).toMatchObject({ type: 'image_received', width: 9 });
  });
});
