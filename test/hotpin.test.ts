import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { concatSamples, rms } from '#src/audio/pcm';
import { parseWav } from '#src/audio/wav';
import { demoSample } from './support/audio/demo-samples.ts';
import { startBackend } from './support/backend.ts';
import { hotpinDevice } from './support/devices/hotpin-device.ts';
import { InboundDevice } from './support/devices/inbound-device.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const QUESTION = demoSample('01.wav');
const LISTEN = { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' };

const entry = (more: Readonly<Record<string, unknown>> = {}) => ({
  name: 'pin',
  protocol: 'hotpin',
  direction: 'accept',
  token: 'pin-token',
  greeting: false,
  long_silence: false,
  idle_timeout: false,
  ...more,
});

/**
 * Downloads a file. The body is read at once: Node 24 ends the process when a server closes a connection whose body is still unread
 * ("assert(!this.paused)").
 */
async function download(url: unknown): Promise<{ status: number; bytes: Uint8Array }> {
  const response = await fetch(String(url));
  return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) };
}

describe('a pin', () => {
  it('records a question, and plays the answer', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const pin = hotpinDevice(app.listenPort, { clock: time.clock });
    await time.during(pin.connect());
    await time.during(pin.record(QUESTION.samples));
    await time.until(() => all('turn.ended').length === 1 && pin.state === 'idle');
    expect(all('turn.ended')[0]).toMatchObject({ outcome: 'answered', heard: QUESTION.text });
    expect(pin.of('transcript')).toEqual([{ type: 'transcript', text: QUESTION.text, final: true }]);
    expect(pin.of('partial').at(-1)).toMatchObject({ text: QUESTION.text });
    const types = pin.texts.map(({ type }) => type);
    const order = ['ready', 'ack', 'transcript', 'llm', 'tts_ready', 'tts_chunk_meta', 'tts_done'];
    expect(order.map((type) => types.indexOf(type))).toEqual(
      order.map((type) => types.indexOf(type)).toSorted((a, b) => a - b),
    );
    expect(order.every((type) => types.includes(type))).toBe(true);
    expect(pin.of('llm').at(-1)).toMatchObject({ text: all('turn.ended')[0]?.answer, final: true });
    expect(pin.soundMs).toBeGreaterThan(500);
    expect(pin).toMatchObject({ problems: [], dropped: 0 });
    expect(pin.buffer).toMatchObject({ overflowed: 0, underruns: 0 });
    expect(all('device.warning')).toEqual([]);
    expect(all('device.dropped')).toEqual([]);
  });

  it('sends its last chunk behind the end of the recording, with the last word', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const pin = hotpinDevice(app.listenPort, { clock: time.clock });
    await time.during(pin.connect());
    const { samples, text } = QUESTION;
    const spoken = samples.subarray(0, samples.findLastIndex((sample) => Math.abs(sample) > 500) + 1);
    const heard = async (recording: Int16Array) => {
      const turns = all('turn.ended').length;
      await time.during(pin.record(recording));
      await time.until(() => all('turn.ended').length > turns && pin.state === 'idle');
      return all('turn.ended').at(-1)?.heard;
    };
    // So much silence in front that the last half second is a chunk of its own.
    const recording = concatSamples([new Int16Array(15_999 - (spoken.length % 8_000)), spoken]);
    expect(recording.length % 8_000).toBe(7_999);
    expect(await heard(recording)).toBe(text);
    expect(await heard(recording.subarray(0, recording.length - 7_999))).not.toBe(text);
    expect(pin.of('error')).toEqual([]);
    expect(all('device.dropped')).toEqual([]);
    expect(pin.problems).toEqual([]);
  });

  it('asks for a new recording when nothing was understood, and for its user when that does not help', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const pin = hotpinDevice(app.listenPort, { clock: time.clock });
    await time.during(pin.connect());
    for (const expected of [1, 2]) {
      await time.during(pin.record(new Int16Array(16_000)));
      await time.until(() => pin.of('request_rerecord').length === expected && pin.state === 'idle');
    }
    await time.during(pin.record(new Int16Array(16_000)));
    await time.until(() => pin.of('request_user_intervention').length === 1 && pin.state === 'idle');
    // Too short, whatever was said in it.
    await time.during(pin.record(QUESTION.samples.subarray(0, 6_000)));
    await time.until(() => pin.of('request_rerecord').length === 3 && pin.state === 'idle');
    expect(pin.of('request_rerecord')[2]).toMatchObject({ reason: expect.stringMatching(/too short/) });
    await time.during(pin.record(QUESTION.samples));
    await time.until(() => all('turn.ended').at(-1)?.outcome === 'answered' && pin.state === 'idle');
    expect(all('turn.ended').at(-1)?.heard).toBe(QUESTION.text);
    expect(pin.soundMs).toBeGreaterThan(500);
    expect(pin.problems).toEqual([]);
  });

  it('that does not play is offered the answer, and goes on', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const pin = hotpinDevice(app.listenPort, { clock: time.clock, neverReady: true });
    await time.during(pin.connect());
    await time.during(pin.record(QUESTION.samples));
    await time.until(() => all('turn.ended').length === 1 && pin.state === 'idle');
    expect(pin.of('tts_ready')).toHaveLength(1);
    expect(pin.of('error')).toEqual([]);
    const [offer] = pin.of('offer_download');
    expect(offer?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/download\//);
    const answer = parseWav((await time.during(download(offer?.url))).bytes);
    expect(answer.sampleRate).toBe(16_000);
    expect(answer.samples.length / 16).toBeCloseTo(all('turn.ended')[0]?.spokenMs ?? 0, -2);
    expect(rms(answer.samples)).toBeGreaterThan(0.005);
    expect((await time.during(download(offer?.url))).status).toBe(404);
    await time.during(pin.record(QUESTION.samples));
    await time.until(() => all('turn.ended').length === 2 && pin.state === 'idle');
    expect(pin.problems).toEqual([]);
  });

  it('whose audio stops is told that it stalls; when it goes on, nothing is lost', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const pin = hotpinDevice(app.listenPort, { clock: time.clock });
    await time.during(pin.connect());
    pin.startRecording();
    await time.pass(3_000);
    expect(pin.of('state_sync')).toEqual([]);
    await time.pass(3_000);
    expect(pin.of('state_sync')).toMatchObject([{ server_state: 'stalled' }]);
    await time.during(pin.stream(QUESTION.samples));
    pin.stopRecording();
    await time.until(() => all('turn.ended').length === 1 && pin.state === 'idle');
    expect(pin.of('state_sync')).toMatchObject([{ server_state: 'stalled' }, { server_state: 'recording' }]);
    expect(all('turn.ended')[0]).toMatchObject({ outcome: 'answered', heard: QUESTION.text });
    expect(pin.problems).toEqual([]);
  });

  it('is known by its token, however it bears it; another one with the same token finds it in use', async () => {
    const time = new VirtualTime();
    const { app } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    for (const bears of ['raw', 'bearer', 'query'] as const) {
      const pin = hotpinDevice(app.listenPort, { clock: time.clock, bears });
      await time.during(pin.connect());
      expect(app.fleet.get('pin')?.state).toBe('ready');
      pin.loseLink();
      await time.until(() => app.fleet.get('pin')?.state === 'waiting');
    }
    const stranger = hotpinDevice(app.listenPort, { clock: time.clock, token: 'another' });
    await expect(time.during(stranger.connect())).rejects.toMatchObject({ code: 'refused' });
    const first = hotpinDevice(app.listenPort, { clock: time.clock });
    await time.during(first.connect());
    const second = hotpinDevice(app.listenPort, { clock: time.clock });
    second.connect().catch(() => {});
    await time.until(() => second.closed !== undefined);
    expect(second.closed).toEqual({ code: 1013, reason: 'Service busy' });
    expect(first.isConnected).toBe(true);
  });

  it('that has lost its network comes back while its old link still stands', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const pin = hotpinDevice(app.listenPort, { clock: time.clock });
    await time.during(pin.connect());
    pin.startRecording();
    await time.during(pin.stream(QUESTION.samples.subarray(0, 8_000)));
    pin.loseNetwork();
    await time.during(pin.connect());
    await time.until(() => pin.of('state_sync').length === 1);
    expect(pin.of('state_sync')).toMatchObject([{ server_state: 'stalled' }]);
    expect(pin.of('request_rerecord')).toHaveLength(1);
    await time.during(pin.record(QUESTION.samples));
    await time.until(() => all('turn.ended').some(({ outcome }) => outcome === 'answered') && pin.state === 'idle');
    expect(pin.soundMs).toBeGreaterThan(500);
    expect(pin.problems).toEqual([]);
  });

  it.each(['processing', 'playing'] as const)(
    'that loses its link while it is %s is offered the whole answer',
    async (state) => {
      const time = new VirtualTime();
      const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
      const pin = hotpinDevice(app.listenPort, { clock: time.clock });
      await time.during(pin.connect());
      await time.during(pin.record(QUESTION.samples));
      await time.until(() => (state === 'playing' ? pin.soundMs > 300 : all('turn.speaking').length === 1));
      pin.loseLink();
      await time.until(() => all('turn.ended').length === 1);
      const written = all('turn.ended')[0]?.written ?? '';
      expect(all('turn.ended')[0]?.outcome).toBe('disconnected');
      await time.during(pin.connect());
      await time.until(() => pin.of('offer_download').length === 1);
      expect(pin.of('state_sync')).toMatchObject([
        { server_state: 'idle', message: expect.stringMatching(/download/) },
      ]);
      const { bytes } = await time.during(download(pin.of('offer_download')[0]?.url));
      const { samples } = parseWav(bytes);
      // As long as it takes to say all of it.
      expect(samples.length / 16_000).toBeGreaterThan(written.length / 25);
      await time.during(pin.record(QUESTION.samples));
      await time.until(() => all('turn.ended').length === 2 && pin.state === 'idle');
      expect(all('turn.ended')[1]).toMatchObject({ outcome: 'answered', heard: QUESTION.text });
      expect(pin.problems).toEqual([]);
    },
  );

  it('that loses its link before it is ready, when the answer has been spoken long since, is offered it', async () => {
    const time = new VirtualTime();
    const env = { ...LISTEN, PLAYBACK_READY_TIMEOUT_SEC: '60' };
    const { app, all } = await startBackend([], { time, env, more: [entry()] });
    const pin = hotpinDevice(app.listenPort, { clock: time.clock, neverReady: true });
    await time.during(pin.connect());
    await time.during(pin.record(QUESTION.samples));
    await time.until(() => all('turn.ended').length === 1);
    expect(pin.of('offer_download')).toEqual([]);
    pin.loseLink();
    await time.until(() => app.fleet.get('pin')?.state === 'waiting');
    await time.during(pin.connect());
    await time.until(() => pin.of('offer_download').length === 1);
    expect(pin.of('state_sync')).toMatchObject([{ message: expect.stringMatching(/before the answer.*download/) }]);
    const { samples } = parseWav((await time.during(download(pin.of('offer_download')[0]?.url))).bytes);
    expect(samples.length / 16).toBeCloseTo(all('turn.ended')[0]?.spokenMs ?? 0, -2);
  });

  it('is offered an answer again after each reconnect until it has fetched it', async () => {
    const time = new VirtualTime();
    const { app } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const pin = hotpinDevice(app.listenPort, { clock: time.clock, neverReady: true });
    const again = async () => {
      pin.loseLink();
      await time.until(() => app.fleet.get('pin')?.state === 'waiting');
      const before = pin.of('state_sync').length;
      await time.during(pin.connect());
      pin.send({ type: 'ping' });
      const pongs = pin.of('pong').length;
      await time.until(() => pin.of('pong').length > pongs && pin.of('state_sync').length > before);
      return pin.of('offer_download').map(({ url }) => url);
    };
    await time.during(pin.connect());
    await time.during(pin.record(QUESTION.samples));
    await time.until(() => pin.of('offer_download').length === 1);
    const [url] = pin.of('offer_download').map((offer) => offer.url);
    expect(await again()).toEqual([url, url]);
    expect(await again()).toEqual([url, url, url]);
    expect((await time.during(download(url))).status).toBe(200);
    expect(await again()).toEqual([url, url, url]);
    expect(pin.of('error')).toEqual([]);
  });

  it('that has heard the answer to its end is offered nothing, however soon it goes', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const pin = hotpinDevice(app.listenPort, {
      clock: time.clock,
      onText: ({ type }) => {
        if (type === 'tts_done') pin.loseLink();
      },
    });
    await time.during(pin.connect());
    await time.during(pin.record(QUESTION.samples));
    await time.until(() => all('turn.ended').length === 1 && app.fleet.get('pin')?.state === 'waiting');
    await time.during(pin.connect());
    await time.pass(2_000);
    expect(pin.of('state_sync')).toMatchObject([{ server_state: 'idle', message: 'Ready for a recording.' }]);
    expect(pin.of('offer_download')).toEqual([]);
  });

  it.each([
    ['at once, in half seconds', 16_000, false],
    ['in the largest chunks', 512 * 1024, false],
    ['at its own pace, 20 ms at a time', 640, true],
  ])('sends a recording %s, and all of it is heard', async (_how, chunkBytes, isPaced) => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const pin = hotpinDevice(app.listenPort, { clock: time.clock });
    await time.during(pin.connect());
    const samples = concatSamples([QUESTION.samples, new Int16Array(11 * 16_000), QUESTION.samples]);
    const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
    pin.startRecording();
    for (let at = 0, seq = 0; at < bytes.length; at += chunkBytes, seq++) {
      const chunk = bytes.subarray(at, at + chunkBytes);
      pin.send({ type: 'audio_chunk_meta', seq, len: chunk.length });
      pin.sendBinary(chunk);
      if (isPaced) await time.pass(20);
    }
    pin.stopRecording();
    await time.until(() => all('turn.ended').length === 1 && pin.state === 'idle');
    expect(all('turn.ended')[0]).toMatchObject({ heard: `${QUESTION.text} ${QUESTION.text}` });
    expect(all('device.dropped')).toEqual([]);
    expect(pin).toMatchObject({ problems: [], closed: undefined });
    expect(pin.of('error')).toEqual([]);
  });

  it('is heard to the end of a recording that takes most of a minute', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const pin = hotpinDevice(app.listenPort, { clock: time.clock });
    await time.during(pin.connect());
    const { samples, text } = QUESTION;
    const pause = new Int16Array(20 * 16_000);
    await time.during(pin.record(concatSamples([samples, pause, samples, pause, samples])));
    await time.until(() => all('turn.ended').length === 1 && pin.state === 'idle');
    expect(all('turn.ended')[0]).toMatchObject({ heard: `${text} ${text} ${text}` });
    expect(pin.of('transcript')).toHaveLength(1);
    expect(pin.problems).toEqual([]);
  });

  it('that wants WAV gets its header before the first sample', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry({ answer_format: 'wav' })] });
    const pin = hotpinDevice(app.listenPort, { clock: time.clock });
    await time.during(pin.connect());
    await time.during(pin.record(QUESTION.samples));
    await time.until(() => all('turn.ended').length === 1 && pin.state === 'idle');
    expect(pin.of('tts_ready')).toMatchObject([{ format: 'wav', sampleRate: 16_000 }]);
    const { samples, sampleRate } = parseWav(Buffer.concat(pin.played));
    expect(sampleRate).toBe(16_000);
    expect(samples.length / 16).toBeCloseTo(all('turn.ended')[0]?.spokenMs ?? 0, -2);
    expect(Buffer.concat(pin.played.slice(1)).indexOf('RIFF')).toBe(-1);
    expect(pin.problems).toEqual([]);
  });

  it('is told what it does wrong, loses only that, and says what dialtone wants to say when nothing was asked', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const pin = hotpinDevice(app.listenPort, { clock: time.clock });
    await time.during(pin.connect());
    const wrong = async (send: () => void) => {
      const before = pin.of('error').length;
      send();
      await time.until(() => pin.of('error').length > before);
      return pin.of('error').at(-1);
    };
    const chunk = Buffer.alloc(320);
    expect(await wrong(() => pin.sendText('{'))).toMatchObject({ code: 'bad_message' });
    expect(await wrong(() => pin.send({ type: 'dance' }))).toMatchObject({ message: 'Unknown message type: dance' });
    expect(await wrong(() => pin.sendBinary(chunk))).toMatchObject({ code: 'bad_order' });
    expect(await wrong(() => pin.send({ type: 'ready_for_playback' }))).toMatchObject({ code: 'bad_order' });
    pin.startRecording();
    expect(await wrong(() => pin.send({ type: 'recording_started' }))).toMatchObject({ code: 'bad_order' });
    expect(await wrong(() => pin.sendBinary(chunk))).toMatchObject({ code: 'bad_chunk' });
    expect(await wrong(() => pin.send({ type: 'audio_chunk_meta', seq: 1 }))).toMatchObject({ code: 'bad_message' });
    pin.send({ type: 'playback_complete' });
    pin.send({ type: 'ping' });
    await time.until(() => pin.of('pong').length === 1);
    await time.during(pin.stream(QUESTION.samples));
    pin.stopRecording();
    await time.until(() => all('turn.ended').length === 1 && pin.state === 'idle');
    expect(all('turn.ended')[0]).toMatchObject({ outcome: 'answered', heard: QUESTION.text });
    const said = app.fleet.say('pin', { text: 'Dinner is ready.', interrupt: false, listenAfter: false });
    expect(await time.during(Promise.resolve(said))).toMatchObject({ outcome: 'played' });
    await time.until(() => pin.state === 'idle');
    expect(pin.of('llm').at(-1)).toMatchObject({ text: 'Dinner is ready.', final: true });
    expect(pin).toMatchObject({ problems: [], dropped: 0 });
    // A pin with its language at fault is a pin still.
    pin.send({ type: 'error', error: 'i2s_read_timeout', state: 'RECORDING' });
    await time.until(() => all('device.warning').length === 1);
    expect(all('device.warning')[0]).toMatchObject({
      code: 'device_error',
      message: expect.stringMatching(/i2s_read/),
    });
  });

  it('keeps what it records as long as its session lasts', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'dialtone-pin-'));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: { ...LISTEN, TEMP_DIR: dir }, more: [entry()] });
    const pin = hotpinDevice(app.listenPort, { clock: time.clock });
    await time.during(pin.connect());
    await time.during(pin.record(QUESTION.samples));
    await time.until(() => all('turn.ended').length === 1 && pin.state === 'idle');
    const [folder = ''] = readdirSync(dir);
    const { samples } = parseWav(readFileSync(join(dir, folder, '1.wav')));
    expect(samples.length).toBe(QUESTION.samples.length);
    pin.loseLink();
    await time.until(() => readdirSync(dir).length === 0);
  });

  it('shares its path with pcm devices, which have no session', async () => {
    const time = new VirtualTime();
    const robot = { name: 'robot', protocol: 'pcm', direction: 'accept', token: 'pin-token', greeting: false };
    const { app } = await startBackend([], { time, env: LISTEN, more: [entry(), robot] });
    await time.during(InboundDevice.dial(app.listenPort, '/ws?token=pin-token'));
    await time.until(() => app.fleet.get('robot')?.state === 'ready');
    expect(app.fleet.get('pin')?.state).toBe('waiting');
    await time.during(InboundDevice.dial(app.listenPort, '/ws?session=a&token=pin-token'));
    await time.until(() => app.fleet.get('pin')?.state === 'ready');
    const unknown = await time.during(InboundDevice.dial(app.listenPort, '/ws?session=b&token=other'));
    expect(unknown.refused).toBe(403);
    // Not known by its session, which is another one each time.
    expect(app.fleet.unknownDevices).toMatchObject([{ protocol: 'hotpin', id: '127.0.0.1', attempts: 1 }]);
  });
});
