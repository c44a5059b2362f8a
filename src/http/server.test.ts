import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startHttpServer } from './server.ts';

async function start(
  fetch: (request: Request) => Response | Promise<Response> = () => new Response('hello'),
  port = 0,
) {
  const server = await startHttpServer({ api: { fetch }, host: '127.0.0.1', port });
  onTestFinished(() => server.close());
  return server;
}

test('listens on a free port and says where', async () => {
  const { url } = await start();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  expect(await (await fetch(url)).text()).toBe('hello');
});

test('leaves the global Request and Response as they were', async () => {
  const before = [globalThis.Request, globalThis.Response];
  await start();
  expect([globalThis.Request, globalThis.Response]).toEqual(before);
});

test('a port in use is said plainly', async () => {
  const { url } = await start();
  const port = Number(new URL(url).port);
  await expect(start(undefined, port)).rejects.toMatchObject({
    code: 'port_in_use',
    message: expect.stringContaining(`port ${port} on 127.0.0.1 is in use`),
  });
});

test('an address that is not ours is said plainly', async () => {
  const options = { api: { fetch: () => new Response() }, port: 0 };
  for (const host of ['192.0.2.1', '2001:db8::1']) {
    await expect(startHttpServer({ ...options, host })).rejects.toMatchObject({
      code: 'settings_invalid',
      message: `HOST is ${host}, which is no address of this machine: use 127.0.0.1 or ::1, or 0.0.0.0 or :: for all of them`,
    });
  }
});

test('close lets a request finish, cuts idle lines, and may be called twice', async () => {
  const hello = new Response('hello');
  let answerLate = (_: Response) => {};
  const late = new Promise<Response>((resolve) => {
    answerLate = resolve;
  });
  let asked = () => {};
  const arrived = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const server = await start((request) => {
    if (request.url.endsWith('/now')) return hello;
    asked();
    return late;
  });
  // Its connection stays open, idle.
  await (await fetch(`${server.url}/now`)).text();
  const pending = fetch(`${server.url}/late`);
  await arrived;
  const closed = Promise.all([server.close(), server.close()]);
  answerLate(new Response('late'));
  expect(await (await pending).text()).toBe('late');
  await closed;
  await expect(fetch(server.url)).rejects.toThrow();
});

test('close does not wait for ever for a request that hangs', async () => {
  let asked = () => {};
  const arrived = new Promise<void>((resolve) => (asked = resolve));
  const server = await start(() => {
    asked();
    return new Promise<Response>(() => {});
  });
  const pending = fetch(server.url).catch((error: unknown) => error);
  await arrived;
  await server.close();
  expect(await pending).toBeInstanceOf(Error);
});

test('garbage instead of HTTP does no harm', async () => {
  const { url } = await start();
  for (const garbage of [
    '\u0000\u0001\r\n\r\n',
    'GET \\ HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a b\r\n\r\n',
  ]) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.end(garbage);
    socket.resume();
    await once(socket, 'close');
  }
  expect((await fetch(url)).status).toBe(200);
});
