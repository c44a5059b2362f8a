import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { engineCall } from '#src/engines/engine-call';
import type { Llm } from '#src/engines/llm';
import { demoSample } from './support/audio/demo-samples.ts';
import { startBackend } from './support/backend.ts';
import { xiaozhiDevice } from './support/devices/xiaozhi-device.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const LISTEN = { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' };
const ID = '02:00:00:00:00:01';
const QUIET = { greeting: false, long_silence: false, idle_timeout: false };
const entry = (more: Readonly<Record<string, unknown>> = {}) => ({
  name: 'toy',
  protocol: 'xiaozhi',
  direction: 'accept',
  id: ID,
  ...QUIET,
  ...more,
});

interface OtaAnswer {
  readonly websocket: { readonly url: string; readonly token?: string; readonly version: number };
  readonly server_time: { readonly timestamp: number };
  readonly activation?: { readonly code: string };
}

/** What firmware does at its start. */
async function askOta(port: number | undefined, headers: Readonly<Record<string, string>> = {}): Promise<OtaAnswer> {
  const response = await fetch(`http://127.0.0.1:${port}/xiaozhi/ota/`, {
    method: 'POST',
    headers: { 'Device-Id': ID, 'Client-Id': `client-${ID}`, 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ version: 2, mac_address: ID, application: { name: 'xiaozhi', version: '2.4.2' } }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as OtaAnswer;
}

describe('a stock device that asks where to dial', () => {
  it('is told, gets a token, and dials with it; without it, it is refused from then on', async () => {
    const { app } = await startBackend([], { env: LISTEN, more: [entry()] });
    const answer = await askOta(app.listenPort);
    expect(answer).toEqual({
      server_time: { timestamp: expect.any(Number), timezone_offset: expect.any(Number) },
      websocket: { url: `ws://127.0.0.1:${app.listenPort}/xiaozhi/v1/`, version: 1, token: expect.any(String) },
    });
    const { token = '' } = answer.websocket;
    await xiaozhiDevice(app.listenPort, { token }).connect();
    await expect.poll(() => app.fleet.get('toy')?.state).toBe('ready');
    for (const wrong of ['other', `${token} x`, `x ${token}`, 'Bearer', '']) {
      await expect(xiaozhiDevice(app.listenPort, { token: wrong }).connect(), wrong).rejects.toMatchObject({
        message: expect.stringContaining('401'),
      });
    }
    // Another device under the same id gets none.
    const thief = await askOta(app.listenPort, { 'Client-Id': 'another' });
    expect(thief.websocket.token).toBe(undefined);
    expect(thief.activation?.code).toMatch(/^\d{6}$/);
    const get = await fetch(`http://127.0.0.1:${app.listenPort}/xiaozhi/ota`, {
      headers: { 'Device-Id': ID, 'Client-Id': `client-${ID}` },
    });
    expect(await get.json()).toMatchObject({ websocket: { token: expect.any(String) } });
  });

  it('gets its token back from one that was first under its id: by its code, or when the owner has the token forgotten', async () => {
    const { app } = await startBackend([], { env: LISTEN, more: [entry({ persistent: true })] });
    const thief = { 'Client-Id': 'thief' };
    const stolen = (await askOta(app.listenPort, thief)).websocket.token ?? '';
    const strange = xiaozhiDevice(app.listenPort, { token: stolen, kind: 'stackchan' });
    await strange.connect();
    await expect.poll(() => app.fleet.get('toy')?.state).toBe('ready');
    const { activation } = await askOta(app.listenPort);
    const confirmed = await fetch(`${app.url}/v1/devices/unknown/${activation?.code}/confirm`, { method: 'POST' });
    expect(confirmed.status).toBe(200);
    await expect.poll(() => strange.isConnected).toBe(false);
    strange.off();
    // It asks first again, and gets none.
    expect((await askOta(app.listenPort, thief)).websocket.token).toBe(undefined);
    const token = (await askOta(app.listenPort)).websocket.token ?? '';
    expect(token).not.toBe('');
    await expect(xiaozhiDevice(app.listenPort, { token: stolen }).connect()).rejects.toThrow('401');
    await xiaozhiDevice(app.listenPort, { token }).connect();

    const forget = (name: string) => fetch(`${app.url}/v1/devices/${name}/token`, { method: 'DELETE' });
    expect((await forget('other')).status).toBe(404);
    expect((await forget('toy')).status).toBe(204);
    await expect.poll(() => app.fleet.get('toy')?.state).toBe('waiting');
    expect((await askOta(app.listenPort, { 'Client-Id': 'new-board' })).websocket.token).toEqual(expect.any(String));
    await expect(xiaozhiDevice(app.listenPort, { token }).connect()).rejects.toThrow('401');
  });

  it('with a token of its own in devices.json is told no other, and not that one', async () => {
    const { app } = await startBackend([], { env: LISTEN, more: [entry({ token: 'own-token' })] });
    expect((await askOta(app.listenPort)).websocket).toEqual({
      url: `ws://127.0.0.1:${app.listenPort}/xiaozhi/v1/`,
      version: 1,
    });
    await xiaozhiDevice(app.listenPort, { token: 'own-token' }).connect();
    await expect.poll(() => app.fleet.get('toy')?.state).toBe('ready');
  });

  it('and is in no entry reads a code aloud, and is let in by it; a restart changes nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dialtone-state-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const env = { ...LISTEN, STATE_DIR: folder };
    const defaults = { xiaozhi: { ...QUIET, voice: 'Gertrude' } };
    const { app, close, log } = await startBackend([], { env, defaults });
    const ask = () => askOta(app.listenPort);
    const activate = () =>
      fetch(`http://127.0.0.1:${app.listenPort}/xiaozhi/ota/activate`, {
        method: 'POST',
        headers: { 'Device-Id': ID },
      });
    const { activation, websocket } = await ask();
    const code = activation?.code ?? '';
    expect(websocket.token).toBe(undefined);
    expect((await ask()).activation?.code).toBe(code);
    expect((await activate()).status).toBe(202);
    expect(log()).toContain(`/v1/devices/unknown/${code}/confirm`);
    const unknown = (await (await fetch(`${app.url}/v1/devices/unknown`)).json()) as { devices: unknown[] };
    expect(unknown.devices).toMatchObject([{ id: ID, code, reason: 'unknown_device' }]);
    const confirm = (text: string) => fetch(`${app.url}/v1/devices/unknown/${text}/confirm`, { method: 'POST' });
    expect((await confirm('12345')).status).toBe(400);
    expect((await confirm(code === '000000' ? '000001' : '000000')).status).toBe(404);
    const confirmed = await confirm(code);
    expect(await confirmed.json()).toMatchObject({ device: 'xiaozhi-020000000001' });
    expect((await confirm(code)).status).toBe(404);
    expect((await activate()).status).toBe(200);
    const { token = '' } = (await ask()).websocket;
    await xiaozhiDevice(app.listenPort, { token }).connect();
    await expect.poll(() => app.fleet.get('xiaozhi-020000000001')?.state).toBe('ready');
    await close();

    const text = readFileSync(join(folder, 'registrations.json'), 'utf8');
    expect(text).not.toContain(token);
    const again = await startBackend([], { env, defaults });
    expect(again.app.fleet.get('xiaozhi-020000000001')?.config).toMatchObject({ voice: 'Gertrude' });
    await xiaozhiDevice(again.app.listenPort, { token }).connect();
    await expect.poll(() => again.app.fleet.get('xiaozhi-020000000001')?.state).toBe('ready');
  });

  it('and says nothing of itself, or too much, is told so', async () => {
    const { app } = await startBackend([], { env: LISTEN });
    const post = (path: string, init: RequestInit) => fetch(`http://127.0.0.1:${app.listenPort}${path}`, init);
    const statuses = await Promise.all(
      [
        post('/xiaozhi/ota/', { method: 'POST' }),
        post('/xiaozhi/ota/', { method: 'POST', headers: { 'Device-Id': ID }, body: 'x'.repeat(20_000) }),
        post('/xiaozhi/ota/', { method: 'DELETE' }),
        post('/xiaozhi/', { method: 'GET' }),
        post('/', { method: 'GET' }),
        post('/v1/devices', { method: 'GET' }),
      ].map(async (response) => (await response).status),
    );
    expect(statuses).toEqual([400, 413, 404, 404, 404, 404]);
  });
});

describe('the picture of a device', () => {
  const JPEG = Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
    Buffer.alloc(5_000, 7),
    Buffer.from([0xff, 0xd9]),
  ]);

  it('comes to the call that asked for it', async () => {
    const { app } = await startBackend([], { env: LISTEN, more: [entry({ persistent: true })] });
    const device = xiaozhiDevice(app.listenPort, { photo: JPEG, kind: 'stackchan' });
    await device.connect();
    const tools = () => {
      const found = app.fleet.tools('toy');
      return typeof found === 'string' ? undefined : found;
    };
    await expect.poll(() => tools()?.list().length).toBeGreaterThan(0);
    expect(device.vision).toMatchObject({
      url: `http://127.0.0.1:${app.listenPort}/capture`,
      token: expect.any(String),
    });
    const result = await tools()?.call('self.camera.take_photo', { question: 'What is this?' });
    expect(result).toEqual({
      isError: false,
      content: [
        { type: 'image', data: JPEG.toString('base64'), mimeType: 'image/jpeg' },
        { type: 'text', text: expect.stringContaining(`"size_bytes":${JPEG.length},"question":"What is this?"}`) },
      ],
    });
    expect(device.parts.pictures).toEqual(['What is this?']);

    const upload = async (token: string | undefined, file?: Buffer, raw?: string) => {
      const form = new FormData();
      form.set('question', 'x');
      if (file) form.set('file', new Blob([Uint8Array.from(file)], { type: 'image/jpeg' }), 'a.jpg');
      const headers = token === undefined ? undefined : { Authorization: `Bearer ${token}` };
      const init = { method: 'POST', body: raw ?? form, ...(headers ? { headers } : {}) };
      return await fetch(`http://127.0.0.1:${app.listenPort}/capture`, init);
    };
    const statusOf = async (...sent: Parameters<typeof upload>) => (await upload(...sent)).status;
    const token = device.vision?.token;
    expect(await statusOf(undefined, JPEG)).toBe(401);
    expect(await statusOf(`${token}x`, JPEG)).toBe(401);
    expect(await statusOf(token)).toBe(400);
    expect(await statusOf(token, undefined, 'no form')).toBe(400);
    expect(await statusOf(token, Buffer.from('GIF89a'))).toBe(415);
    expect(await statusOf(token, Buffer.concat([JPEG, Buffer.alloc(2 * 1024 * 1024)]))).toBe(413);
    expect(await statusOf(token, Buffer.alloc(0))).toBe(400);
    // One that no call has asked for is what the user says next is about.
    const unasked = await upload(token, JPEG);
    const { length } = JPEG;
    expect(await unasked.json()).toEqual({ success: true, image_path: 'a.jpg', size_bytes: length, question: 'x' });
    // Of a body without a token nothing is read: the answer is there before its end.
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
    });
    const streamed = await fetch(`http://127.0.0.1:${app.listenPort}/capture`, {
      method: 'POST',
      body: endless,
      duplex: 'half',
    } as RequestInit);
    expect(streamed.status).toBe(401);
    // The token ends with its session.
    device.off();
    await expect.poll(() => statusOf(token, JPEG)).toBe(401);
  });

  it('that no call has asked for is what the user says next is about', async () => {
    const time = new VirtualTime();
    const shown: unknown[] = [];
    const llm: Llm = {
      id: 'seer',
      reply: (messages) => {
        const reply = (async function* () {
          shown.push(messages.findLast(({ role }) => role === 'user')?.content);
          yield { type: 'token' as const, text: 'That is a cup of tea.' };
        })();
        return engineCall(reply, 'seer', { images: true, tools: false });
      },
      close: async () => {},
    };
    const env = { ...LISTEN, PREEMPTIVE: 'false' };
    const { app, all } = await startBackend([], { time, env, more: [entry()], llm });
    const device = xiaozhiDevice(app.listenPort, { clock: time.clock });
    await time.during(device.wake('Jarvis'));
    await time.until(() => device.vision !== undefined);
    const form = new FormData();
    form.set('file', new Blob([Uint8Array.from(JPEG)], { type: 'image/jpeg' }), 'a.jpg');
    const headers = { Authorization: `Bearer ${device.vision?.token}` };
    const uploaded = await time.during(fetch(`${device.vision?.url}`, { method: 'POST', body: form, headers }));
    expect(uploaded.status).toBe(200);
    await uploaded.arrayBuffer();
    const question = demoSample('01.wav');
    await time.during(device.say(question.samples));
    await time.until(() => all('turn.ended').length === 1);
    const image = { type: 'image', mediaType: 'image/jpeg', bytes: expect.anything() };
    expect(shown).toEqual([[{ type: 'text', text: question.text }, image]]);
  });
});
