import { once } from 'node:events';
import { request } from 'node:https';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { pcmBytesToInt16, rms, tone } from '#src/audio/pcm';
import { startSimDevice } from '../device/sim-device.ts';
import { RawBackend, until } from '../testing/raw-backend.ts';
import { PageCard } from './page-card.ts';
import { startPageServer } from './page-server.ts';

async function start() {
  const seen: boolean[] = [];
  const card = new PageCard((isThere) => seen.push(isThere));
  const server = await startPageServer({ host: '127.0.0.1', port: 0, onPage: (socket) => card.accept(socket) });
  onTestFinished(() => server.close());
  const device = await startSimDevice({ protocol: 'pcm', sound: { card } });
  onTestFinished(() => device.stop());
  const page = (origin = `http://localhost:${server.port}`) =>
    new WebSocket(`ws://localhost:${server.port}/sound`, { headers: { origin } });
  return { card, server, device, seen, page };
}

it('one port serves the page over HTTP and HTTPS, and nothing else', async () => {
  const { server } = await start();
  expect(server.urls).toEqual([`http://localhost:${server.port}/`]);
  const index = await fetch(`http://localhost:${server.port}/`);
  expect(await index.text()).toContain('<script type="module" src="page.js">');
  expect(index.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect((await fetch(`http://localhost:${server.port}/sound-worklet.js`)).headers.get('content-type')).toContain(
    'text/javascript',
  );
  for (const path of ['/page/index.html', '/../page-server.ts', '/sound']) {
    expect((await fetch(`http://localhost:${server.port}${path}`)).status).toBe(404);
  }
  const secure = request({ port: server.port, host: 'localhost', path: '/page.js', rejectUnauthorized: false }).end();
  const [response] = await once(secure, 'response');
  expect(response.statusCode).toBe(200);
  response.resume();
});

it('a page is the microphone and the loudspeaker, at the rate of its browser', async () => {
  const { device, page, seen } = await start();
  const backend = await RawBackend.dial(device.url, []);
  const socket = page();
  const played: Int16Array[] = [];
  const texts: string[] = [];
  socket.on('message', (data, isBinary) => {
    if (isBinary) played.push(pcmBytesToInt16(data as Buffer).slice());
    else texts.push(String(data));
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'hello', sampleRate: 48_000 }));
  await until(() => seen.length === 1);

  const question = tone({ hz: 440, ms: 800, sampleRate: 48_000, amplitude: 0.5 });
  for (let at = 0; at < question.length; at += 960) socket.send(Buffer.from(question.slice(at, at + 960).buffer));
  const loud = (pieces: readonly Int16Array[]) => pieces.filter((piece) => rms(piece) > 0.3);
  await until(() => loud(backend.binaries.map((bytes) => pcmBytesToInt16(bytes))).length >= 18);

  backend.socket.send(JSON.stringify({ type: 'server_status', payload: { listening: false, speaking: true } }));
  const answer = tone({ hz: 330, ms: 400, sampleRate: 16_000, amplitude: 0.5 });
  for (let at = 0; at < answer.length; at += 640) backend.socket.send(Buffer.from(answer.slice(at, at + 640).buffer));
  const samples = () => loud(played).reduce((sum, piece) => sum + piece.length, 0);
  await until(() => samples() >= 48 * 360);

  // The newest page is the one.
  const closed = once(socket, 'close');
  const newer = page();
  await once(newer, 'open');
  newer.send(JSON.stringify({ type: 'hello', sampleRate: 44_100 }));
  expect((await closed)[0]).toBe(4000);
  newer.close();
  await until(() => seen.at(-1) === false);
  await backend.close();
});

it('takes no WebSocket of another site, and no page without a sample rate', async () => {
  const { page } = await start();
  const [error] = (await once(page('http://evil.example'), 'error')) as [Error];
  expect(error.message).toContain('403');
  const vague = page();
  await once(vague, 'open');
  vague.send('{"type":"hello","sampleRate":"fast"}');
  expect((await once(vague, 'close'))[0]).toBe(4001);
});

it('says which option sets the port when it is in use', async () => {
  const { server } = await start();
  const again = (portOption?: string) =>
    startPageServer({ host: '127.0.0.1', port: server.port, onPage: () => {}, ...(portOption ? { portOption } : {}) });
  const inUse = `Port ${server.port} on 127.0.0.1 is in use: choose another with`;
  await expect(again()).rejects.toThrow(`${inUse} --web-port, 0 for any free one.`);
  await expect(again('--port')).rejects.toThrow(`${inUse} --port, 0 for any free one.`);
});
