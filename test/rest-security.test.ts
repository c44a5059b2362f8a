import { expect, test } from 'vitest';
import { encodeWav } from '#src/audio/wav';
import type { FleetResult } from '#src/fleet/fleet';
import { type ApiServer, startApi } from './support/api-server.ts';
import { openEventStream } from './support/event-stream.ts';
import { jpeg } from './support/pictures.ts';

// Rows 34 to 38 of the bad inputs, over a real server; row 37: rest-metrics.long.test.ts.

const WRITE = 'write-token-0123456789abcdef';
const READ = 'read-token-0123456789abcdef';
const env = { API_TOKEN: WRITE, API_READ_TOKEN: READ };
const RECONNECT = '/v1/devices/kitchen/reconnect';
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** A request as it goes over the wire. */
function wire(method: string, path: string, ...headers: string[]): string {
  return [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close', ...headers, '', ''].join('\r\n');
}

test('row 34: a caller without a token, or with a wrong one, gets 401 and nothing else', async () => {
  const { raw, get } = await startApi({ env });
  expect((await get('/v1/devices', bearer(WRITE))).status).toBe(200);
  expect((await get('/v1/devices', bearer(READ))).status).toBe(200);
  const wrong: Record<string, string[]> = {
    'no header': [],
    'empty header': ['Authorization:'],
    'empty token': ['Authorization: Bearer '],
    'scheme alone': ['Authorization: Bearer'],
    'prefix of the token': [`Authorization: Bearer ${WRITE.slice(0, -1)}`],
    'longer than the token': [`Authorization: Bearer ${WRITE}0`],
    'token, space, word': [`Authorization: Bearer ${WRITE} x`],
    'token twice': [`Authorization: Bearer ${WRITE},${WRITE}`],
    'token in other case': [`Authorization: Bearer ${WRITE.toUpperCase()}`],
    'quoted token': [`Authorization: Bearer "${WRITE}"`],
    'two headers': [`Authorization: Bearer ${WRITE}`, `Authorization: Bearer ${WRITE}`],
    'a wrong header first': ['Authorization: Bearer x', `Authorization: Bearer ${WRITE}`],
    'token without scheme': [`Authorization: ${WRITE}`],
    'no space': [`Authorization: Bearer${WRITE}`],
    'tab for space': [`Authorization: Bearer\t${WRITE}`],
    Basic: [`Authorization: Basic ${Buffer.from(`api:${WRITE}`).toString('base64')}`],
    'another header': [`X-Api-Token: ${WRITE}`, `Cookie: token=${WRITE}`],
    '10 kB token': [`Authorization: Bearer ${'a'.repeat(10_000)}`],
    'bytes above ASCII': [`Authorization: Bearer ${WRITE}\u00ff`],
  };
  for (const [name, headers] of Object.entries(wrong)) {
    const { status, head, body } = await raw(wire('GET', '/v1/devices', ...headers));
    expect(status, name).toBe(401);
    expect(head, name).toMatch(/^www-authenticate: Bearer realm="dialtone"/im);
    expect(head, name).toMatch(/^content-type: application\/problem\+json/im);
    expect(JSON.parse(body), name).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(body, name).not.toContain('kitchen');
  }
  // Not in the query either.
  expect((await raw(wire('GET', `/v1/devices?token=${WRITE}&access_token=${WRITE}`))).status).toBe(401);
});

test('row 34: a token of 1 MB is refused before it is read', async () => {
  const { raw, get, errors } = await startApi({ env });
  const { status, body } = await raw(wire('GET', '/v1/devices', `Authorization: Bearer ${'a'.repeat(1_000_000)}`));
  // The parser's own limit of 16 kB: the rest is never kept. The answer may be lost in the reset behind it.
  expect([431, 0]).toContain(status);
  expect(body).not.toContain('kitchen');
  expect((await get('/v1/devices', bearer(WRITE))).status).toBe(200);
  expect(errors).toEqual([]);
});

test('the scheme is read in any case, and spaces around the header are none of its value', async () => {
  const { raw } = await startApi({ env });
  for (const value of [`bearer ${WRITE}`, `BEARER ${READ}`, `Bearer   ${WRITE}`, `  Bearer ${WRITE}  `]) {
    expect((await raw(wire('GET', '/v1/devices', `Authorization:${value}`))).status, value).toBe(200);
  }
});

test('what is open is open, and everything else is not, unknown paths included', async () => {
  const { api, raw } = await startApi({ env });
  const page = ['/console', '/console/:file', '/console/'];
  const open = ['/', '/livez', '/readyz', '/openapi.json', '/metrics', ...page];
  for (const path of [...open.filter((path) => !page.includes(path)), '/console', '/console/main.js']) {
    expect((await raw(wire('GET', path))).status, path).toBe(200);
    expect((await raw(wire('HEAD', path))).status, path).toBe(200);
    expect((await raw(wire('POST', path, 'Content-Length: 0'))).status, path).toBe(401);
  }
  const guarded = api.routes.filter(({ method, path }) => method !== 'ALL' && !open.includes(path));
  expect(new Set(guarded.map(({ path }) => path)).size).toBeGreaterThan(8);
  for (const { method, path } of guarded) {
    const filled = path.replace(':name', 'kitchen').replace(':tool', 'wave');
    expect((await raw(wire(method, filled, 'Content-Length: 0'))).status, `${method} ${filled}`).toBe(401);
  }
  for (const path of ['/nothing', '/v1', '/v2/devices', '/livez/more', '/favicon.ico']) {
    expect((await raw(wire('GET', path))).status, path).toBe(401);
  }
});

test('METRICS_AUTH closes /metrics', async () => {
  const { request } = await startApi({ env: { ...env, METRICS_AUTH: 'true' } });
  expect((await request('/metrics')).status).toBe(401);
  expect((await request('/metrics', bearer(READ))).status).toBe(200);
});

test('the read token reads; what changes something needs the other', async () => {
  const { request, get, api, fleet } = await startApi({ env });
  // A route stands there once for each of its checks.
  const writing = [
    ...new Map(
      api.routes.filter(({ method }) => !['ALL', 'GET'].includes(method)).map((route) => [route.path, route]),
    ).values(),
  ];
  expect(writing.length).toBeGreaterThan(9);
  fleet.toolsOf.set('kitchen', {
    list: () => [{ name: 'wave', description: '', parameters: {}, audience: 'model' }],
    call: async () => ({ content: [], isError: false }),
    loadAvatarSet: async () => {},
  });
  fleet.confirmUnknown = () => 'kitchen';
  const body = JSON.stringify({ text: 'hello' });
  const bodies: Record<string, string> = {
    ...Object.fromEntries(
      ['', '/by-name'].flatMap((by) => [`say`, `ask`].map((what) => [`/v1/devices${by}/:name/${what}`, body])),
    ),
    ...Object.fromEntries(
      ['', '/by-name'].map((by) => [`/v1/devices${by}/:name/command`, JSON.stringify({ command: 'wave' })]),
    ),
    '/v1/announce': JSON.stringify({ text: 'hello', all: true }),
  };
  const pictures = new Set(['', '/by-name'].map((by) => `/v1/devices${by}/:name/image`));
  const send = (method: string, path: string, token: string) => {
    const isAudio = path.endsWith('/pcm');
    const type = isAudio ? 'audio/wav' : 'application/json';
    const headers = { ...bearer(token).headers, 'content-type': type };
    const values: Record<string, string> = { name: 'kitchen', tool: 'wave', code: '123456' };
    const address = path.replaceAll(/:(\w+)/g, (_, key: string) => values[key] ?? '');
    return request(address, {
      method,
      headers,
      body: pictures.has(path)
        ? Uint8Array.from(jpeg(8, 8))
        : isAudio
          ? Buffer.from(encodeWav(new Int16Array(100), 16_000))
          : (bodies[path] ?? (path.endsWith('/avatar-set') ? 'x' : null)),
    });
  };
  for (const { method, path } of writing) {
    const refused = await send(method, path, READ);
    expect([refused.status, JSON.parse(refused.text).code], path).toEqual([403, 'forbidden']);
  }
  expect([fleet.reconnected, fleet.told, fleet.shown]).toEqual([[], [], []]);
  const { devices } = fleet;
  for (const { method, path } of writing) {
    // Switched off by one of them.
    fleet.devices = devices;
    expect((await send(method, path, WRITE)).status, path).toBeLessThan(300);
  }
  // Under both addresses.
  expect(fleet.shown.map(({ device }) => device)).toEqual(['kitchen', 'kitchen']);
  expect(fleet.reconnected).toEqual(['kitchen', 'kitchen']);
  expect(new Set(fleet.told.map(({ what }) => what))).toEqual(
    new Set(['say', 'ask', 'interrupt', 'listen', 'forget', 'forget_token']),
  );
  expect((await get('/v1/devices/kitchen', { ...bearer(READ), method: 'DELETE' })).status).toBe(403);
});

test('a read token alone: no caller writes', async () => {
  const { post, get } = await startApi({ env: { API_READ_TOKEN: READ } });
  expect((await get('/v1/devices', bearer(READ))).status).toBe(200);
  expect((await get('/v1/devices')).status).toBe(401);
  expect((await get('/v1/devices', bearer(''))).status).toBe(401);
  expect((await post('/v1/devices/kitchen/reconnect', bearer(READ))).status).toBe(403);
});

test('row 35: no spelling of a path leads around the token', async () => {
  const { raw, fleet } = await startApi({ env });
  const paths = [
    '//v1//devices',
    '/v1//devices',
    '//v1/devices',
    '/v1/devices/',
    '/v1/devices//',
    '/V1/Devices',
    '/v1%2fdevices',
    '/v1/%64evices',
    '/%76%31/devices',
    '/livez/../v1/devices',
    '/livez/%2e%2e/v1/devices',
    '/livez%2f..%2fv1/devices',
    '/./v1/devices',
    '/v1/devices;/livez',
    '/v1/devices?/livez',
    '/v1/devices?x=/metrics#/livez',
    '/v1/devices%00',
    '/v1/devices%',
    '/v1/devices/%E0%A4%A',
    '/v1/devices/kitchen%2freconnect',
    '/livez%2f',
    '/livez/',
    '/openapi.json/',
    '/%6cive%7a/x',
    'http://127.0.0.1/v1/devices',
    'http://127.0.0.1//v1/devices',
    'http://elsewhere.example/v1/devices',
  ];
  for (const path of paths) {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'get', 'PROPFIND']) {
      const { status, body } = await raw(wire(method, path, 'Content-Length: 0'));
      // 400: not even HTTP.
      expect([401, 400], `${method} ${path}`).toContain(status);
      expect(body, `${method} ${path}`).not.toContain('kitchen');
    }
  }
  const rewritten = ['X-Original-URL: /livez', 'X-Rewrite-URL: /livez', 'X-HTTP-Method-Override: GET', 'Upgrade: h2c'];
  for (const header of rewritten) {
    expect((await raw(wire('GET', '/v1/devices', header))).status, header).toBe(401);
  }
  const upgrade = 'GET /v1/devices HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n';
  expect((await raw(upgrade)).status).toBe(401);
  expect(fleet.reconnected).toEqual([]);
});

test('row 35: with a token, a wrong path, method or body is told as such', async () => {
  const { raw, fleet } = await startApi({ env });
  const auth = `Authorization: Bearer ${WRITE}`;
  const status = async (method: string, path: string, ...headers: string[]) =>
    (await raw(wire(method, path, auth, ...headers))).status;
  expect(await status('GET', '//v1//devices')).toBe(404);
  expect(await status('GET', '/v1%2fdevices')).toBe(404);
  expect(await status('GET', '/v1/devices/')).toBe(404);
  expect(await status('HEAD', '/v1/devices')).toBe(200);
  expect(await status('HEAD', '/v1/devices/kitchen/reconnect')).toBe(405);
  expect(await status('DELETE', '/v1/devices/kitchen')).toBe(405);
  const reconnect = '/v1/devices/kitchen/reconnect';
  expect((await raw(wire('POST', reconnect, auth, 'Content-Length: 5000') + 'x'.repeat(5000))).status).toBe(413);
  const chunked = wire('POST', reconnect, auth, 'Transfer-Encoding: chunked');
  expect((await raw(`${chunked}1388\r\n${'x'.repeat(5000)}\r\n0\r\n\r\n`)).status).toBe(413);
  // A body is not looked at before the token is.
  expect((await raw(wire('POST', reconnect, 'Content-Length: 5000') + 'x'.repeat(5000))).status).toBe(401);
  expect(fleet.reconnected).toEqual([]);
});

test('without a token a web page of elsewhere changes nothing and reads nothing', async () => {
  const { raw, fleet, port } = await startApi();
  const own = `127.0.0.1:${port}`;
  const send = async (method: string, host: string, ...headers: string[]) => {
    const path = method === 'GET' ? '/v1/devices' : '/v1/devices/kitchen/reconnect';
    const request = [
      `${method} ${path} HTTP/1.1`,
      `Host: ${host}`,
      'Connection: close',
      'Content-Length: 0',
      ...headers,
    ];
    return (await raw([...request, '', ''].join('\r\n'))).status;
  };
  expect(await send('POST', own, 'Origin: https://evil.example')).toBe(403);
  expect(await send('POST', own, 'Origin: null')).toBe(403);
  expect(await send('POST', own, 'Origin: http://127.0.0.1:1')).toBe(403);
  expect(await send('POST', own, `Origin: http://${own}.evil.example`)).toBe(403);
  expect(await send('POST', own, `Origin: http://${own}@evil.example`)).toBe(403);
  // Rebinding: the page's own name leads here, so its Origin matches.
  expect(await send('POST', 'evil.example', 'Origin: http://evil.example')).toBe(403);
  expect(await send('POST', 'evil.example')).toBe(403);
  expect(await send('GET', 'evil.example')).toBe(403);
  expect(fleet.reconnected).toEqual([]);

  expect(await send('POST', own)).toBe(202);
  expect(await send('POST', own, `Origin: http://${own}`)).toBe(202);
  expect(await send('POST', `localhost:${port}`, `Origin: http://LOCALHOST:${port}`)).toBe(202);
  expect(await send('GET', `[::1]:${port}`, 'Origin: https://evil.example')).toBe(200);
});

test('without a token, but reachable from elsewhere, only a name that no web page can have is answered to', async () => {
  const { raw, fleet, port } = await startApi({ env: { HOST: '0.0.0.0' } });
  const get = (host: string) => raw(wire('GET', '/v1/devices/kitchen/turns').replace('127.0.0.1', host));
  const own = [
    '127.0.0.1',
    '192.168.1.5',
    '[fd12::1]',
    'localhost',
    'backend',
    'dialtone.lan',
    'Kitchen.local',
    'a.home.arpa',
  ];
  for (const host of own) expect((await get(`${host}:${port}`)).status, host).toBe(200);
  // Rebinding: the page's own name leads to 127.0.0.1, where the container's port is.
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1.evil.example',
    'lan.evil.example',
    'dialtone.notlan',
  ]) {
    const { status, body } = await get(host);
    expect([status, body], host).toEqual([403, expect.stringContaining('API_TOKEN')]);
  }
  const rebound = wire('POST', '/v1/devices/kitchen/reconnect', 'Origin: http://evil.example', 'Content-Length: 0');
  expect((await raw(rebound.replace('127.0.0.1', 'evil.example'))).status).toBe(403);
  expect(fleet.reconnected).toEqual([]);
  // What needs no token stays open: checks of an orchestrator name it as they like.
  expect((await raw(wire('GET', '/livez').replace('127.0.0.1', 'dialtone.example'))).status).toBe(200);
  const post = wire('POST', '/v1/devices/kitchen/reconnect', 'Origin: https://evil.example', 'Content-Length: 0');
  expect((await raw(post)).status).toBe(403);
});

test('with a token a browser adds nothing of its own: where a page comes from does not matter', async () => {
  const { post } = await startApi({ env });
  const headers = { ...bearer(WRITE).headers, origin: 'https://console.example' };
  expect((await post('/v1/devices/kitchen/reconnect', { headers })).status).toBe(202);
});

test('row 36: 1,000 reconnects of one device at once are one, and 202 or 429', async () => {
  const { raw, fleet } = await startApi({ env });
  fleet.answer = (): FleetResult => (fleet.reconnected.length === 0 ? 'accepted' : 'too_soon');
  // Ten on a connection, sent before the first is answered: more than 511 new connections at once would wait to be accepted.
  const last = wire('POST', RECONNECT, `Authorization: Bearer ${WRITE}`, 'Content-Length: 0');
  const requests = last.replace('Connection: close', 'Connection: keep-alive').repeat(9) + last;
  const answers = await Promise.all(Array.from({ length: 100 }, () => raw(requests)));
  const text = answers.map(({ head, body }) => `${head}\r\n\r\n${body}`).join('\n');
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  expect([count(/HTTP\/1\.1 202 /g), count(/HTTP\/1\.1 429 /g)]).toEqual([1, 999]);
  expect(count(/^retry-after: 2\r?$/gim)).toBe(999);
  expect(fleet.reconnected).toEqual(['kitchen']);
});

const connections = (server: ApiServer) => openEventStream(server.port, bearer(READ));

async function clients(server: ApiServer): Promise<number> {
  server.clock.advance(1_000);
  const { text } = await server.request('/metrics');
  return Number(/^dialtone_sse_clients (\d+)$/m.exec(text)?.[1]);
}

test('row 38: 100 clients are served, the others are told; who goes makes room', async () => {
  const server = await startApi({ env });
  const streams = await Promise.all(Array.from({ length: 100 }, () => connections(server)));
  expect(streams.every(({ status }) => status === 200)).toBe(true);
  expect(await clients(server)).toBe(100);
  const refused = await server.get('/v1/events', bearer(READ));
  expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
    503,
    'too_many_clients',
    '10',
  ]);
  expect((await openEventStream(server.port)).status).toBe(401);
  streams[0]?.close();
  await expect.poll(() => clients(server)).toBe(99);
  expect((await connections(server)).status).toBe(200);
});

test('row 38: a slow reader is dropped, the others miss nothing', async () => {
  const server = await startApi({ env });
  const [slow, quick] = await Promise.all([connections(server), connections(server)]);
  slow.pause();
  const text = 'x'.repeat(300);
  let sent = 0;
  // What the kernel buffers comes before what is counted; a batch of 500 is within what may wait here.
  while ((await clients(server)) === 2 && sent < 100_000) {
    for (let i = 0; i < 500; i++) {
      sent += 1;
      server.bus.report({
        type: 'engine.error',
        kind: 'llm',
        engine: 'groq',
        code: 'engine_timeout',
        message: `${sent} ${text}`,
      });
    }
    await quick.until(({ text: all }) => all.includes(`"message":"${sent} `));
  }
  expect(await clients(server)).toBe(1);
  expect(sent).toBeLessThan(100_000);
  server.bus.report({ type: 'turn.started', device: 'kitchen', turn: 7 });
  await quick.until(({ text: all }) => all.includes('turn.started'));
  expect(quick.events.filter(({ event }) => event === 'engine.error')).toHaveLength(sent);
  slow.resume();
  await slow.ended();
  expect(server.errors).toEqual([]);
});

test('row 38: a forged Last-Event-ID is a new client', async () => {
  const server = await startApi({ env });
  server.bus.report({ type: 'turn.started', device: 'kitchen', turn: 1 });
  for (const id of [
    '-1',
    '0',
    'x'.repeat(5_000),
    '../../etc/passwd',
    'deadbeef-1',
    '{"a":1}',
    '99999999999999999999',
  ]) {
    const stream = await openEventStream(server.port, { headers: { ...bearer(READ).headers, 'last-event-id': id } });
    expect(stream.status).toBe(200);
    await stream.until(({ events }) => events.length > 0);
    expect(stream.events.map(({ event }) => event)).toEqual(['snapshot']);
    stream.close();
  }
  expect(server.errors).toEqual([]);
});

test('1,000 clients that come and go leave nothing behind', async () => {
  const server = await startApi({ env });
  for (let batch = 0; batch < 20; batch++) {
    const streams = await Promise.all(Array.from({ length: 50 }, () => connections(server)));
    // Some go while something is being written to them.
    server.bus.report({ type: 'turn.started', device: 'kitchen', turn: batch });
    for (const stream of streams) stream.close();
    server.bus.report({ type: 'turn.started', device: 'kitchen', turn: batch });
    await expect.poll(() => clients(server), { interval: 2 }).toBe(0);
  }
  expect(server.clock.pending).toBe(0);
  expect(server.errors).toEqual([]);
});
