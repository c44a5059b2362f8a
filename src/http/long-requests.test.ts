import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { allowLongRequests, mayTakeLong } from './long-requests.ts';

/** A server with a limit for requests, milliseconds: one to /long may take longer. */
async function serve(limitMs: number): Promise<Server> {
  const limits = { headersTimeout: limitMs, requestTimeout: limitMs, connectionsCheckingInterval: 10 };
  const server = createServer(limits, (request, response) => {
    if (request.url === '/long') mayTakeLong(request.socket);
    request.resume().on('end', () => response.end('whole'));
  });
  allowLongRequests(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return server;
}

/** What is answered to a request, up to the end of its connection. */
function client(server: Server, beginning: string) {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(beginning);
  return { socket, ended: once(socket, 'close').then(() => answer) };
}

const head = (path: string) => `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\na`;

test('a request that may take long outlives the limit of others', async () => {
  const server = await serve(50);
  const long = client(server, head('/long'));
  const other = client(server, head('/other'));
  expect(await other.ended).toMatch(/^HTTP\/1.1 408 /);
  // Its limit is over as well: both began at the same time, and another one that began later has met it too.
  expect(await client(server, head('/other')).ended).toMatch(/^HTTP\/1.1 408 /);
  long.socket.write('b');
  expect(await long.ended).toMatch(/^HTTP\/1.1 200 OK\r\n.*whole/s);
});

test('a client whose request is none is told so', async () => {
  // On a busy machine 20 kB may take longer than 50 ms.
  const server = await serve(30_000);
  expect(await client(server, 'nonsense\r\n\r\n').ended).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
  const large = `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`;
  expect(await client(server, large).ended).toMatch(/^HTTP\/1.1 431 /);
});
