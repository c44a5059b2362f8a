import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Link } from '../link.ts';
import { startListenServer } from './listen-server.ts';

const PER_ADDRESS = 50;
const CONNECTIONS = 10_000;

const UPGRADE = [
  'GET /ws HTTP/1.1',
  'Host: a',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '\r\n',
].join('\r\n');

it('10,000 connections of one address: a few are held at once, those inside stay, and other addresses get in', async () => {
  const links: Link[] = [];
  let refused = 0;
  const server = await startListenServer({
    host: '0.0.0.0',
    port: 0,
    maxConnections: 1_000,
    maxPerAddress: PER_ADDRESS,
    admit: () => ({
      allowed: true,
      connect: (open) => {
        const nothing = () => undefined;
        links.push(open({ opened: nothing, text: nothing, bytes: nothing, alive: nothing, closed: nothing }));
      },
    }),
    answer: (_request, response) => response.end('hello'),
    onLimit: () => {
      refused += 1;
    },
  });
  onTestFinished(() => server.close());
  const dial = async (localAddress: string) => {
    const device = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, { localAddress });
    onTestFinished(() => device.terminate());
    await once(device, 'open');
    return device;
  };
  const inside = await dial('127.0.0.1');

  // The flood holds what it gets: links, which are not ended for being silent.
  const held = new Set<Socket>();
  let ended = 0;
  let mostHeld = 0;
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect({ port: server.port, host: '127.0.0.1' });
      socket.on('error', () => undefined);
      socket.once('close', () => {
        held.delete(socket);
        ended += 1;
        resolve();
      });
      socket.once('connect', () => {
        held.add(socket);
        socket.write(UPGRADE);
        mostHeld = Math.max(mostHeld, held.size);
        // A connection that is not refused stays: the next one does not wait for it.
        if (held.size <= PER_ADDRESS) setImmediate(resolve);
      });
    });
  const lane = async (count: number) => {
    for (let number = 0; number < count; number++) await one();
  };
  await Promise.all(Array.from({ length: 100 }, () => lane(CONNECTIONS / 100)));
  await expect.poll(() => held.size, { timeout: 30_000 }).toBe(PER_ADDRESS - 1);
  expect(refused).toBe(CONNECTIONS - (PER_ADDRESS - 1));
  expect(ended).toBe(refused);
  expect(inside.readyState).toBe(WebSocket.OPEN);
  const other = await dial('127.0.0.2');
  expect(other.readyState).toBe(WebSocket.OPEN);
  await expect.poll(() => links.length).toBe(PER_ADDRESS + 1);

  // Once the flood is over, its address is let in again.
  for (const socket of held) socket.destroy();
  await expect.poll(() => held.size).toBe(0);
  await expect.poll(() => dial('127.0.0.1').then(({ readyState }) => readyState)).toBe(WebSocket.OPEN);
}, 120_000);
