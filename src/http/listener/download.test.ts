import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished, test } from 'vitest';
import { rawRequest } from '../../../test/support/api-server.ts';
import { loadOpusCodec } from '../../audio/opus/opus-codec.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { PinSessions } from '../../protocols/hotpin/pin-sessions.ts';
import { Pictures } from '../../protocols/pictures.ts';
import { startListenServer } from '../../transport/websocket/listen-server.ts';
import { createListenerAnswer } from './listener-app.ts';
import { OneTimeDownloads } from './one-time-downloads.ts';

/** The listener with its routes, and one file that is offered for a minute. */
async function listen(bytes: Buffer = Buffer.from('0123456789')) {
  const clock = new ManualClock();
  const downloads = new OneTimeDownloads({ clock });
  const errors: unknown[] = [];
  const answer = createListenerAnswer({
    fleet: {
      provision: () => ({ type: 'nameless' }),
      isConfirmed: () => false,
      recognise: () => ({ type: 'unknown' }),
      hearRecording: () => 'unknown_device',
      showPicture: () => 'unknown_device',
    },
    pictures: new Pictures(),
    codec: await loadOpusCodec(),
    pins: { sessions: new PinSessions(), pictures: { maxBytes: 1_000, maxPixels: 100 } },
    downloads,
    clock,
    arrivalOf: () => undefined,
    baseUrl: () => undefined,
    answerOffer: async () => ({ ok: false, status: 404, error: 'no' }),
    origins: [],
    health: () => {
      throw new Error('not asked');
    },
    pinHealth: () => {
      throw new Error('not asked');
    },
    onError: (error) => errors.push(error),
  });
  const server = await startListenServer({
    host: '127.0.0.1',
    port: 0,
    maxConnections: 100,
    maxPerAddress: 100,
    admit: () => ({ allowed: false, status: 403, message: 'no' }),
    answer,
    onLimit: () => undefined,
  });
  onTestFinished(async () => {
    downloads.close();
    await server.close();
    expect(errors).toEqual([]);
  });
  const offered = downloads.offer({
    bytes,
    contentType: 'audio/wav',
    fileName: 'Küche "1".wav',
    headers: { 'x-avatar-mode': 'layered' },
    forMs: 60_000,
  });
  const { port } = server;
  return { clock, downloads, ...offered, port, url: `http://127.0.0.1:${port}${offered.path}` };
}

/** A client that reads only the beginning of the answer. */
async function readBeginning(port: number, path: string, allowHalfOpen = false) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
  await once(socket, 'readable');
  return { socket, beginning: String(socket.read(15)) };
}

test('a file is served once', async () => {
  const { url } = await listen();
  const response = await fetch(url);
  expect(await response.text()).toBe('0123456789');
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'audio/wav',
    'content-length': '10',
    'cache-control': 'no-store',
    'x-avatar-mode': 'layered',
    'content-disposition': `attachment; filename="K_che _1_.wav"; filename*=UTF-8''K%C3%BCche%20%221%22.wav`,
  });
  expect((await fetch(url)).status).toBe(404);
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(404);
});

test('a guarded file needs its token, which is not in its address; 410 once its time is over', async () => {
  const { clock, downloads, port } = await listen();
  const offer = () =>
    downloads.offer({
      bytes: Buffer.from('abc'),
      contentType: 'image/x',
      forMs: 120_000,
      guardedAt: '/avatar_set/',
    });
  const { token, path } = offer();
  expect(path).toMatch(/^\/avatar_set\/[\w-]{22}$/);
  expect(path).not.toContain(token);
  const get = async (to: string, authorization?: string, method = 'GET') => {
    const headers = authorization === undefined ? {} : { authorization };
    const response = await fetch(`http://127.0.0.1:${port}${to}`, { method, headers });
    return [response.status, await response.text()];
  };
  const refused = [401, '{"error":"this needs the token of the file: \\"Authorization: Bearer …\\""}'];
  for (const wrong of [undefined, 'Bearer x', 'Bearer ', `Basic ${token}`, token, `Bearer ${token}x`]) {
    expect(await get(path, wrong), String(wrong)).toEqual(refused);
  }
  expect((await get(path, undefined, 'HEAD'))[0]).toBe(401);
  expect(await get(path, `Bearer ${token}`)).toEqual([200, 'abc']);
  expect((await get(path, `Bearer ${token}`))[0]).toBe(404);
  expect((await get('/avatar_set/AAAAAAAAAAAAAAAAAAAAAA', `Bearer ${token}`))[0]).toBe(404);
  const late = offer();
  clock.advance(119_999);
  expect((await get(late.path))[0]).toBe(401);
  clock.advance(1);
  expect(await get(late.path, `Bearer ${late.token}`)).toEqual([410, '{"error":"the time for this file is over"}']);
});

test('HEAD tells of it and leaves it there', async () => {
  const { url } = await listen();
  for (let times = 0; times < 3; times++) {
    const response = await fetch(url, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '10']);
  }
  expect(await (await fetch(url)).text()).toBe('0123456789');
});

test('parts may be fetched one by one, and it ends with the last of them', async () => {
  const { url } = await listen();
  const part = async (range: string) => {
    const response = await fetch(url, { headers: { range } });
    return [response.status, response.headers.get('content-range'), await response.text()];
  };
  expect(await part('bytes=0-3')).toEqual([206, 'bytes 0-3/10', '0123']);
  expect(await part('bytes=10-')).toEqual([416, 'bytes */10', '{"error":"there are 10 bytes"}']);
  expect(await part('bytes=2-6')).toEqual([206, 'bytes 2-6/10', '23456']);
  expect(await part('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789']);
  expect((await part('bytes=0-3'))[0]).toBe(404);
});

test('a range that hangs on a validator is not believed: there is none', async () => {
  const { url } = await listen();
  const response = await fetch(url, { headers: { range: 'bytes=0-3', 'if-range': '"x"' } });
  expect([response.status, await response.text()]).toEqual([200, '0123456789']);
});

it.each([
  ['a small one', 100_000],
  ['one larger than any buffer of the system', 20_000_000],
])('a transfer that broke off may be repeated: %s', async (_, size) => {
  const { port, path, url } = await listen(Buffer.alloc(size, 7));
  for (let times = 0; times < 3; times++) {
    const { socket, beginning } = await readBeginning(port, path);
    expect(beginning).toBe('HTTP/1.1 200 OK');
    socket.destroy();
    await once(socket, 'close');
  }
  expect((await (await fetch(url)).arrayBuffer()).byteLength).toBe(size);
  expect((await fetch(url)).status).toBe(404);
});

test('a device that comes again amid its transfer gets it from the beginning; the older connection ends', async () => {
  const { port, path, url } = await listen(Buffer.alloc(20_000_000, 7));
  const { socket } = await readBeginning(port, path);
  const response = await fetch(url);
  expect((await response.arrayBuffer()).byteLength).toBe(20_000_000);
  socket.resume();
  await once(socket, 'close');
});

test('a connection that was lost with everything on its way is waited for, but not for ever', async () => {
  const { clock, port, path, url } = await listen();
  // It never ends its half of the connection.
  const { beginning } = await readBeginning(port, path, true);
  expect(beginning).toBe('HTTP/1.1 200 OK');
  const again = fetch(url);
  // The second request waits: its timer joins that of the offer.
  await expect.poll(() => clock.pending).toBe(2);
  clock.advance(2_000);
  expect(await (await again).text()).toBe('0123456789');
});

test('what ends amid a transfer breaks it off', async () => {
  const { clock, port, path } = await listen(Buffer.alloc(20_000_000, 7));
  const { socket } = await readBeginning(port, path);
  const closed = once(socket, 'close');
  clock.advance(60_000);
  socket.resume();
  await closed;
});

it.each([
  ['GET', '/download/', 404],
  ['GET', '/download/AAAAAAAAAAAAAAAAAAAAAA', 404],
  ['GET', '/download/../download/constructor', 404],
  ['GET', '/download/__proto__', 404],
  ['GET', '/download', 404],
  ['POST', '/download/AAAAAAAAAAAAAAAAAAAAAA', 405],
  ['DELETE', '/download/AAAAAAAAAAAAAAAAAAAAAA', 405],
])('%s %s is refused, and tells nothing', async (method, path, status) => {
  const { port, url } = await listen();
  const request = `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
  const answer = await rawRequest(port, request);
  expect(answer.status).toBe(status);
  if (status === 404) expect(answer.body).toBe('{"error":"there is nothing at this path"}');
  expect(await (await fetch(url)).text()).toBe('0123456789');
});
