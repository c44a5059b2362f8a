import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Arrival } from '../arrival.ts';
import type { Link, LinkListener } from '../link.ts';
import { type ListenServer, startListenServer } from './listen-server.ts';

let server: ListenServer | undefined;

afterEach(async () => {
  await server?.close();
});

/** A server that lets in what says `?in`. */
async function listen(more: { readonly maxConnections?: number } = {}) {
  const arrivals: Arrival[] = [];
  const told: string[] = [];
  const links: Link[] = [];
  const listener: LinkListener = {
    opened: () => told.push('opened'),
    text: (text) => told.push(`text ${text}`),
    bytes: (bytes) => told.push(`bytes ${bytes.length}`),
    alive: () => undefined,
    closed: ({ kind, code }) => told.push(`closed ${kind} ${code}`),
  };
  server = await startListenServer({
    host: '127.0.0.1',
    port: 0,
    maxConnections: more.maxConnections ?? 100,
    maxPerAddress: 100,
    admit: (arrival) => {
      arrivals.push(arrival);
      if (!arrival.query.has('in')) return { allowed: false, status: 403, message: 'not you' };
      const maxMessageBytes = arrival.query.has('large') ? 512 * 1024 : undefined;
      return { allowed: true, maxMessageBytes, connect: (open) => links.push(open(listener)) };
    },
    answer: (_request, response) => response.end('hello'),
    onLimit: (limit) => told.push(`limit ${limit}`),
  });
  return { port: server.port, arrivals, told, links };
}

/** What a server answers to these bytes until it closes the connection. */
async function answerTo(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  return answer;
}

const upgrade = (
  target: string,
  more = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n',
) => `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${more}\r\n`;

describe('a listener for devices', () => {
  it('tells what the device said, and hands its messages on', async () => {
    const { port, arrivals, told, links } = await listen();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/a/b?in=1&id=x`, { headers: { 'Device-Id': 'AA' } });
    await once(socket, 'open');
    expect(arrivals[0]).toMatchObject({ path: '/a/b', address: '127.0.0.1', isSecure: false });
    expect(arrivals[0]?.query.get('id')).toBe('x');
    expect(arrivals[0]?.headers['device-id']).toBe('AA');
    expect(links[0]).toMatchObject({ openedBy: 'device', arrival: arrivals[0] });
    socket.send('hello');
    socket.send(Buffer.alloc(10));
    await expect.poll(() => told).toEqual(['text hello', 'bytes 10']);
    socket.close();
    await expect.poll(() => told.at(-1)).toBe('closed announced link_closed');
  });

  it.each([
    ['/?in', 256 * 1024],
    ['/?in&large', 512 * 1024],
  ])('takes messages at %s of up to %i bytes', async (path, most) => {
    const { port, told } = await listen();
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    await once(socket, 'open');
    socket.send(Buffer.alloc(most));
    await expect.poll(() => told).toEqual([`bytes ${most}`]);
    socket.send(Buffer.alloc(most + 1));
    expect((await once(socket, 'close'))[0]).toBe(1009);
  });

  it('ends a link with our reason', async () => {
    const { port, told, links } = await listen();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/?in`);
    await once(socket, 'open');
    links[0]?.close('superseded', 'a newer one');
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([4410, 'a newer one']);
    await expect.poll(() => told).toEqual(['closed failed link_closed']);
  });

  it('takes no message that is too large', async () => {
    const { port, told } = await listen();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/?in`);
    socket.on('error', () => undefined);
    await once(socket, 'open');
    socket.send(Buffer.alloc(300_000));
    await expect.poll(() => told).toEqual(['closed failed message_too_big']);
  });

  it.each([
    ['a request that is none', 'nonsense\r\n\r\n', ''],
    ['bytes that are none', '\u0016\u0003\u0001\u0002\u0000', ''],
    ['a target that is no path', upgrade('http://elsewhere/?in'), 'HTTP/1.1 400'],
    ['a target that is a star', upgrade('*'), 'HTTP/1.1 400'],
    ['a device that may not come in', upgrade('/'), 'HTTP/1.1 403'],
    ['an upgrade without a key', upgrade('/?in', 'Sec-WebSocket-Version: 13\r\n'), 'HTTP/1.1 400'],
    ['a key that is none', upgrade('/?in', 'Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n'), 'HTTP/1.1 400'],
    [
      'a version that does not exist',
      upgrade('/?in', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 99\r\n'),
      'HTTP/1.1 400',
    ],
    ['headers that are too large', upgrade('/?in', `X: ${'x'.repeat(20_000)}\r\n`), ''],
  ])('survives %s', async (_what, bytes, answer) => {
    const { port, told } = await listen();
    expect((await answerTo(port, bytes)).slice(0, 12)).toBe(answer);
    expect(told).toEqual([]);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('hello');
  });

  it('keeps to the number of connections', async () => {
    const { port, told } = await listen({ maxConnections: 2 });
    const sockets = Array.from({ length: 5 }, () => connect(port, '127.0.0.1'));
    for (const socket of sockets) socket.on('error', () => undefined);
    await expect.poll(() => told.filter((one) => one === 'limit all').length).toBe(3);
    for (const socket of sockets) socket.destroy();
  });
});
