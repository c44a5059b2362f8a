import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, test } from 'vitest';
import { rawRequest, startApi } from '../../test/support/api-server.ts';

const SAY = '/v1/devices/kitchen/say';
const HELLO = '{"text": "hello", "wait": false}';

/** A request whose body comes in chunks. */
function chunkedRequest(path: string, chunks: readonly string[], more: { method?: string; trailers?: string } = {}) {
  return `${headOf(path, more.method)}${chunks.map(chunkOf).join('')}0\r\n${more.trailers ?? ''}\r\n`;
}

function headOf(path: string, method = 'POST'): string {
  const type = 'Content-Type: application/json\r\n';
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${type}Transfer-Encoding: chunked\r\n\r\n`;
}

const chunkOf = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

const ROUTES = [
  ['POST', SAY, 16_384, 202],
  ['POST', '/v1/devices/kitchen/ask', 16_384, 200],
  ['POST', '/v1/announce', 65_536, 200],
  ['POST', '/v1/devices/kitchen/reconnect', 4_096, 202],
  ['POST', '/v1/devices/kitchen/listen', 4_096, 202],
  ['POST', '/v1/devices/kitchen/interrupt', 4_096, 200],
  ['POST', '/v1/devices/kitchen/tools/x', 16_384, 404],
  ['POST', '/v1/devices/kitchen/command', 4_096, 403],
  ['POST', '/v1/config/reload', 4_096, 200],
  ['GET', '/v1/devices', 4_096, 200],
  ['GET', '/livez', 4_096, 200],
] as const;

/** A body that each of them takes or ignores, with spaces up to a length. */
function bodyFor(path: string, bytes: number): string {
  const own: Readonly<Record<string, string>> = {
    '/v1/announce': '{"text": "hello", "all": true}',
    '/v1/devices/kitchen/ask': '{"text": "hello"}',
    '/v1/devices/kitchen/listen': '{"timeout": 5}',
    '/v1/devices/kitchen/command': '{"command": "blink"}',
    '/v1/devices/kitchen/tools/x': '{"arguments": {}}',
  };
  const body = own[path] ?? HELLO;
  return body.padEnd(bytes);
}

it.each(ROUTES)(
  '%s %s reads chunks up to its limit of %d bytes, and no further',
  async (method, path, limit, status) => {
    const { port } = await startApi();
    const send = (chunks: readonly string[]) => rawRequest(port, chunkedRequest(path, chunks, { method }));
    const small = await send([bodyFor(path, 0)]);
    expect([small.status, small.body]).toEqual([status, expect.any(String)]);
    const full = bodyFor(path, limit);
    const half = limit / 2;
    expect((await send([full.slice(0, half), full.slice(half)])).status).toBe(status);
    const refused = await send([full, ' ']);
    expect(refused.status).toBe(413);
    expect(refused.body).toContain('body_too_big');
  },
);

test('chunks of a byte that come one by one, with extensions and trailers, are one body', async () => {
  const { port, fleet } = await startApi();
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  let answer = '';
  socket.on('data', (data) => {
    answer += data.toString();
  });
  socket.write(headOf(SAY));
  for (const byte of HELLO) {
    socket.write(`1;name=value\r\n${byte}\r\n`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.write('0\r\nX-Checksum: 1\r\nX-Other: 5\r\n\r\n');
  await once(socket, 'close');
  expect(answer).toMatch(/^HTTP\/1\.1 202 /);
  expect(fleet.told).toHaveLength(1);
});

test('text keeps its letters where a chunk cuts one', async () => {
  const { port, fleet } = await startApi();
  const body = Buffer.from('{"text": "語", "wait": false}');
  const cut = body.indexOf('語') + 1;
  const chunks = [body.subarray(0, cut), body.subarray(cut)].map((part) => part.toString('latin1'));
  const socket = connect(port, '127.0.0.1');
  socket.resume();
  socket.write(headOf(SAY));
  for (const chunk of chunks) {
    socket.write(Buffer.from(`${chunk.length.toString(16)}\r\n${chunk}\r\n`, 'latin1'));
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.write('0\r\n\r\n');
  await once(socket, 'close');
  expect(JSON.stringify(fleet.told)).toContain('語');
});

it.each([
  ['empty, where one is needed', SAY, [], 400],
  ['empty, where none is', '/v1/devices/kitchen/reconnect', [], 202],
  ['no JSON', SAY, ['{"text": '], 400],
])('a body that is %s', async (_, path, chunks, status) => {
  const { port } = await startApi();
  expect((await rawRequest(port, chunkedRequest(path, chunks))).status).toBe(status);
});

it.each(['POST', 'GET'])('a client that never ends its body gets 413 (%s), and its connection ends', async (method) => {
  const { port, errors, get } = await startApi();
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += data.toString();
  });
  // Writing goes on behind the answer: the end is then a reset.
  socket.on('error', () => {});
  socket.write(headOf('/v1/devices', method).replace('Connection: close\r\n', ''));
  const chunk = chunkOf('x'.repeat(1_000));
  const timer = setInterval(() => socket.write(chunk), 5);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(timer);
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect((await get('/v1/devices')).status).toBe(200);
  expect(errors).toEqual([]);
});

test('after a chunked body the connection serves the next request', async () => {
  const { port } = await startApi();
  const kept = chunkedRequest(SAY, [HELLO]).replace('Connection: close\r\n', '');
  const tooBig = chunkedRequest(SAY, ['x'.repeat(16_384), 'x']).replace('Connection: close\r\n', '');
  const { head, body } = await rawRequest(port, kept + tooBig + chunkedRequest(SAY, [HELLO]));
  expect(`${head}${body}`.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 202', 'HTTP/1.1 413', 'HTTP/1.1 202']);
});

test('a client that goes away amid its body does no harm', async () => {
  const { port, fleet, errors, get } = await startApi();
  for (const part of ['', '5\r\n{"t', '5\r\n{"tex\r\n', 'zz\r\n', '0\r\n']) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.write(headOf(SAY) + part, () => socket.end());
    await new Promise((resolve) => socket.once('close', resolve));
  }
  expect((await get('/livez')).status).toBe(200);
  expect(fleet.told).toEqual([]);
  expect(errors).toEqual([]);
});

test('a token is asked for before the body is read', async () => {
  const { port } = await startApi({ env: { API_TOKEN: 'secret' } });
  expect((await rawRequest(port, chunkedRequest(SAY, ['x'.repeat(20_000)]))).status).toBe(401);
});
