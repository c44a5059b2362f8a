import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { listenOnLoopback } from '../../test/fakes/listen.ts';
import { tlsFixture } from '../../test/support/devices/dialled-device.ts';
import { HttpConnections, type HttpConnectionsOptions } from './http-connections.ts';

const CA = readFileSync(tlsFixture('authority.crt'), 'utf8');

/** A server on loopback that remembers its connections, and kept connections to it. */
async function serve(
  listener: RequestListener,
  { scheme = 'http', ...options }: HttpConnectionsOptions & { readonly scheme?: 'http' | 'https' } = {},
) {
  const pem = (name: string) => readFileSync(tlsFixture(name));
  const server: Server =
    scheme === 'http'
      ? createServer(listener)
      : createSecureServer({ key: pem('device.key'), cert: pem('signed.crt') }, listener);
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket));
  const url = `${scheme}://localhost:${await listenOnLoopback(server)}`;
  const connections = new HttpConnections({ ca: CA, ...options });
  onTestFinished(async () => {
    connections.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const get = async (path = '/') => (await connections.fetch(url + path)).text();
  return { server, sockets, url, connections, get };
}

const open = (sockets: readonly Socket[]) => sockets.filter(({ destroyed }) => !destroyed).length;
const hello: RequestListener = (_, response) => void response.end('hello');

describe.each(['http', 'https'] as const)('connections that are kept (%s)', (scheme) => {
  it('are used by the next request', async () => {
    const { sockets, get } = await serve(hello, { scheme });
    for (const _ of [1, 2, 3]) expect(await get()).toBe('hello');
    expect(sockets).toHaveLength(1);
  });

  it('are opened ahead once, and are used by the next request', async () => {
    const { sockets, connections, url, get } = await serve(hello, { scheme });
    connections.warm(url);
    connections.warm(`${url}/v1`);
    await expect.poll(() => sockets.length).toBe(1);
    expect(await get()).toBe('hello');
    // One is there now.
    connections.warm(url);
    expect(await get()).toBe('hello');
    expect(sockets).toHaveLength(1);
  });

  it('are replaced at once where the server closes them as the request comes', async () => {
    let requests = 0;
    const { sockets, connections, url, get } = await serve(
      (request, response) => {
        requests += 1;
        if (requests === 2 || requests === 4) request.socket.destroy();
        else response.end('hello');
      },
      { scheme },
    );
    // The second request of a connection, and the first one of a connection that was opened ahead.
    for (const _ of [1, 2]) expect(await get()).toBe('hello');
    connections.close();
    await expect.poll(() => open(sockets)).toBe(0);
    connections.warm(url);
    expect(await get()).toBe('hello');
    expect(requests).toBe(5);
  });

  it('are not replaced where it is the request that fails', async () => {
    let requests = 0;
    const { get } = await serve(
      (request) => {
        requests += 1;
        request.socket.destroy();
      },
      { scheme },
    );
    await expect(get()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(requests).toBe(1);
  });

  it('are closed when no request has used them for their time', async () => {
    const { sockets, get } = await serve(hello, { scheme, idleMs: 50 });
    await get();
    await expect.poll(() => open(sockets)).toBe(0);
    await get();
    expect(sockets).toHaveLength(2);
  });
});

describe('connections to a server', () => {
  it('that is restarted between two requests are forgotten', async () => {
    const { server, sockets, connections, url, get } = await serve(hello);
    await get();
    const { port } = server.address() as AddressInfo;
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    connections.warm(url);
    await listenOnLoopback(server, port);
    expect(await get()).toBe('hello');
  });

  it('that cannot be reached fail with the request, not before', async () => {
    const { server, connections, url, get } = await serve(hello);
    await new Promise((resolve) => server.close(resolve));
    connections.warm(url);
    await expect(get()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('with a certificate that is not trusted fail with the request, not before', async () => {
    const { connections, url, get } = await serve(hello, { scheme: 'https', ca: '' });
    connections.warm(url);
    await expect(get()).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });
});

describe('a request', () => {
  let close: () => void = () => undefined;
  afterEach(() => close());

  it('is sent as the package wants it, and its answer is read as it comes', async () => {
    const { connections, url } = await serve(async (request, response) => {
      const body = await new Response(request as unknown as ReadableStream).text();
      const { 'content-type': type, 'content-length': length, authorization } = request.headers;
      response.setHeader('x-a', ['1', '2']);
      response.writeHead(201);
      response.write(JSON.stringify([request.method, type, length, authorization, body]));
      close = () => response.end('.');
    });
    const response = await connections.fetch(`${url}/v1?q=1`, {
      method: 'POST',
      body: '{"a":"é"}',
      headers: { 'content-type': 'application/json', authorization: 'Bearer k' },
    });
    expect([response.status, response.ok, response.headers.get('x-a')]).toEqual([201, true, '1, 2']);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const first = await reader.read();
    const told = ['POST', 'application/json', '10', 'Bearer k', '{"a":"é"}'];
    expect(JSON.parse(new TextDecoder().decode(first.value))).toEqual(told);
    close();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('.');
    expect((await reader.read()).done).toBe(true);
  });

  it('is broken off at the server when it is aborted, before and amid the answer', async () => {
    const closed: string[] = [];
    const before = new AbortController();
    const { connections, url } = await serve((request, response) => {
      const { url: path = '' } = request;
      response.on('close', () => closed.push(path));
      if (path === '/amid') response.write('.');
      else before.abort();
    });
    const answer = connections.fetch(`${url}/before`, { signal: before.signal });
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => closed).toEqual(['/before']);

    const amid = new AbortController();
    const { body } = await connections.fetch(`${url}/amid`, { signal: amid.signal });
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    expect((await reader.read()).done).toBe(false);
    amid.abort();
    await expect(reader.read()).rejects.toThrow();
    await expect.poll(() => closed).toEqual(['/before', '/amid']);

    const already = connections.fetch(`${url}/never`, { signal: AbortSignal.abort() });
    await expect(already).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('tells of an answer that breaks off', async () => {
    const { connections, url } = await serve((_, response) => {
      response.write('half');
      setImmediate(() => response.destroy());
    });
    const response = await connections.fetch(url);
    await expect(response.text()).rejects.toThrow();
  });

  it('follows the same server to another path, and no further', async () => {
    const { connections, url, sockets } = await serve((request, response) => {
      const to = { '/slash/': '/slash', '/away': 'http://elsewhere.example/', '/round': '/round' }[request.url ?? ''];
      if (to !== undefined) response.writeHead(307, { location: to });
      response.end(`${request.method} ${request.url}`);
    });
    const ask = (path: string) => connections.fetch(url + path, { method: 'POST', body: 'x' });
    expect(await (await ask('/slash/')).text()).toBe('POST /slash');
    expect((await ask('/away')).status).toBe(307);
    expect((await ask('/round')).status).toBe(307);
    expect(sockets.length).toBeLessThan(3);
  });

  it('may be answered without a body', async () => {
    const { get } = await serve((_, response) => void response.writeHead(204).end());
    for (const _ of [1, 2]) expect(await get()).toBe('');
  });
});

describe('a server that hangs up behind its answer', () => {
  // Node 24's own fetch ends the process here.
  it('costs nothing when the answer is read more slowly than it comes', async () => {
    const body = Buffer.alloc(2_000_000, 7);
    const { connections, url } = await serve((_, response) => {
      response.writeHead(200, { connection: 'close', 'content-length': body.length }).end(body);
    });
    const response = await connections.fetch(url);
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += (chunk as Uint8Array).length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(bytes).toBe(body.length);
  });

  it('may be left unread', async () => {
    const { connections, url } = await serve((_, response) => {
      response.writeHead(500, { connection: 'close' }).end('no');
    });
    const response = await connections.fetch(url);
    await new Promise((resolve) => setImmediate(resolve));
    expect(response.status).toBe(500);
    await response.body?.cancel();
  });
});

it('connections that are not to be kept are closed behind each answer', async () => {
  const { connections, url, sockets } = await serve((_, response) => response.end('well'), { idleMs: 0 });
  for (let times = 1; times <= 2; times++) {
    expect(await (await connections.fetch(url)).text()).toBe('well');
    expect(sockets).toHaveLength(times);
  }
});

it('redirects are left to the caller that wants them', async () => {
  const { connections, url } = await serve((_, response) => response.writeHead(302, { location: '/other' }).end());
  expect((await connections.fetch(url, { redirect: 'manual' })).status).toBe(302);
});
