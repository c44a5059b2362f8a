import { describe, expect, it } from 'vitest';
import { engineCall } from '#src/engines/engine-call';
import type { ChatMessage, Llm } from '#src/engines/llm';
import { demoSample } from './support/audio/demo-samples.ts';
import { startBackend } from './support/backend.ts';
import { hotpinDevice } from './support/devices/hotpin-device.ts';
import { jpeg, png } from './support/pictures.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const QUESTION = demoSample('01.wav');
const LISTEN = { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' };
const QUIET = { greeting: false, long_silence: false, idle_timeout: false };
const PIN = { name: 'pin', protocol: 'hotpin', direction: 'accept', token: 'pin-token', ...QUIET };

/** A language model that tells how it was asked. */
class Seer implements Llm {
  readonly id = 'seer';
  readonly asked: (readonly ChatMessage[])[] = [];
  readonly #sees: boolean;

  constructor(sees: boolean) {
    this.#sees = sees;
  }

  reply(messages: readonly ChatMessage[]) {
    const { asked } = this;
    const reply = (async function* () {
      asked.push(messages);
      yield { type: 'token' as const, text: 'That is a cup of tea.' };
    })();
    return engineCall(reply, 'seer', { images: this.#sees, tools: false });
  }

  async close(): Promise<void> {}

  /** What the user said and showed last, each time it was asked. */
  get shown(): unknown[] {
    return this.asked.map((messages) => messages.findLast(({ role }) => role === 'user')?.content);
  }
}

async function start(llm: Llm, env: Readonly<Record<string, string>> = {}) {
  const time = new VirtualTime();
  const backend = await startBackend([], { time, env: { ...LISTEN, PREEMPTIVE: 'false', ...env }, more: [PIN], llm });
  const pin = hotpinDevice(backend.app.listenPort, { clock: time.clock });
  await time.during(pin.connect());
  const ask = async (turns: number) => {
    await time.during(pin.record(QUESTION.samples));
    await time.until(() => backend.all('turn.ended').length === turns && pin.state === 'idle');
  };
  return { ...backend, time, pin, ask };
}

describe('a picture that a pin shows', () => {
  it('is what the next question is about, and only that one', async () => {
    const llm = new Seer(true);
    const { pin, ask, time, all } = await start(llm);
    const response = await time.during(pin.showPicture(jpeg(640, 480)));
    expect([response.status, await response.json()]).toEqual([
      200,
      { type: 'image_received', filename: 'image.jpg', size: jpeg(640, 480).length, width: 640, height: 480 },
    ]);
    await time.until(() => pin.of('image_received').length === 1);
    await ask(1);
    expect(llm.shown).toEqual([
      [
        { type: 'text', text: QUESTION.text },
        { type: 'image', mediaType: 'image/jpeg', bytes: Uint8Array.from(jpeg(640, 480)) },
      ],
    ]);
    expect(all('turn.ended')[0]?.answer).toBe('That is a cup of tea.');
    await ask(2);
    expect(llm.shown[1]).toBe(QUESTION.text);
    expect(pin.problems).toEqual([]);
  });

  it('waits for the question over a recording without words, and over a lost link', async () => {
    const llm = new Seer(true);
    const { app, pin, time } = await start(llm);
    await time.during(pin.showPicture(png(20, 10)));
    await time.during(pin.record(new Int16Array(16_000)));
    await time.until(() => pin.of('request_rerecord').length === 1 && pin.state === 'idle');
    pin.loseLink();
    await time.until(() => app.fleet.get('pin')?.state === 'waiting');
    await time.during(pin.connect());
    await time.during(pin.record(QUESTION.samples));
    await time.until(() => pin.soundMs > 0 && pin.state === 'idle');
    expect(llm.shown).toEqual([
      [
        { type: 'text', text: QUESTION.text },
        { type: 'image', mediaType: 'image/png', bytes: Uint8Array.from(png(20, 10)) },
      ],
    ]);
  });

  it('is told to be unseen, in words, by a model that sees none', async () => {
    const { pin, ask, time, all } = await start(new Seer(false));
    await time.during(pin.showPicture(png(20, 10)));
    await ask(1);
    expect(all('turn.ended')[0]?.answer).toBe('I cannot see pictures. That is a cup of tea.');
    await ask(2);
    expect(all('turn.ended')[1]?.answer).toBe('That is a cup of tea.');
  });

  it('also when the answer is begun ahead', async () => {
    const llm = new Seer(false);
    const { pin, ask, time, all } = await start(llm, { PREEMPTIVE: 'true' });
    await time.during(pin.showPicture(png(20, 10)));
    await ask(1);
    expect(llm.shown.every((content) => Array.isArray(content))).toBe(true);
    expect(all('turn.ended')[0]?.answer).toBe('I cannot see pictures. That is a cup of tea.');
  });

  it('comes in a form too, with any bearing of the token, and over REST for any device', async () => {
    const { app, all } = await startBackend([], { env: LISTEN, more: [PIN] });
    const base = `http://127.0.0.1:${app.listenPort}`;
    const form = () => {
      const data = new FormData();
      data.set('file', new Blob([Uint8Array.from(png(3, 3))]), '../camera\\photo.png');
      return data;
    };
    const post = (path: string, headers: Record<string, string>, body: FormData | Uint8Array<ArrayBuffer>) =>
      fetch(base + path, { method: 'POST', headers, body });
    for (const [path, headers] of [
      ['/image?session=x', { Authorization: 'pin-token' }],
      ['/image?session=x', { Authorization: 'Bearer pin-token' }],
      ['/image?session=x&token=pin-token', {}],
    ] as const) {
      const response = await post(path, headers, form());
      expect(await response.json()).toMatchObject({ type: 'image_received', filename: 'photo.png', width: 3 });
    }
    const right = { Authorization: 'pin-token' };
    const bytes = (text: string) => Uint8Array.from(Buffer.from(text));
    expect((await post('/image?session=x', {}, form())).status).toBe(401);
    expect((await post('/image?session=x', { Authorization: 'wrong' }, form())).status).toBe(401);
    expect((await post('/image?session=x', right, bytes('no picture'))).status).toBe(415);
    expect((await post('/image?session=x', right, bytes(''))).status).toBe(400);
    expect((await post('/image?session=x', right, Uint8Array.from(png(1_601, 2)))).status).toBe(413);
    expect((await post('/image?session=x', right, new Uint8Array(2_200_000))).status).toBe(413);
    const rest = await fetch(`${app.url}/v1/devices/pin/image`, { method: 'POST', body: Uint8Array.from(jpeg(8, 8)) });
    expect(await rest.json()).toMatchObject({ device: 'pin', media_type: 'image/jpeg' });
    expect(all('http.failed' as never)).toEqual([]);
  });
});

describe('the state of a session', () => {
  it('is told in the shape of the server of HotPin', async () => {
    const { app, all, pin, time } = await start(new Seer(true));
    const state = async (query: string) => {
      const response = await time.during(
        fetch(`http://127.0.0.1:${app.listenPort}/state?${query}`, { headers: { Authorization: 'pin-token' } }),
      );
      return { status: response.status, body: await time.during(response.json()) };
    };
    pin.send({ type: 'hello', session: pin.session, capabilities: { psram: true, max_chunk_bytes: 16_000 } });
    await time.pass(100);
    const session = `session=${pin.session}`;
    expect((await state(session)).body).toEqual({
      session_id: pin.session,
      state: 'idle',
      client_capabilities: { psram: true, max_chunk_bytes: 16_000 },
      audio_buffer: { chunks_received: 0, total_bytes: 0, temp_file_path: '' },
      rerecord_attempts: 0,
      disk_usage_bytes: 0,
      conversation_history_count: 0,
      current_image_path: null,
      tts_ready: false,
    });
    pin.startRecording();
    await time.during(pin.stream(QUESTION.samples.subarray(0, 16_000)));
    await time.pass(100);
    expect((await state(session)).body).toMatchObject({
      state: 'recording',
      audio_buffer: { chunks_received: 2, total_bytes: 32_000 },
    });
    expect(await state('session=another')).toMatchObject({ status: 404, body: { detail: 'Session not found' } });
    expect((await state(`${session}&token=wrong`)).status).toBe(200);
    expect((await time.during(fetch(`http://127.0.0.1:${app.listenPort}/state?${session}`))).status).toBe(401);
    pin.stopRecording();
    await time.until(() => all('turn.ended').length === 1 && pin.state === 'idle');
    await time.during(pin.showPicture(png(9, 9)));
    await time.pass(100);
    expect((await state(session)).body).toMatchObject({
      conversation_history_count: 2,
      current_image_path: 'image.png',
    });
    const health = await time.during(fetch(`http://127.0.0.1:${app.listenPort}/health`));
    expect(await time.during(health.json())).toMatchObject({
      status: 'ok',
      active_devices: 1,
      ok: true,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      models: [expect.any(String), expect.any(String), expect.any(String)],
      uptime: expect.any(Number),
      disk_usage: { total_size_bytes: 0, file_count: 0, quota_bytes: 1_000_000_000 },
      active_sessions: { total_sessions: 1, active_states: { idle: 1 }, timestamp: expect.any(String) },
    });
  });
});
