import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { deviceStatus, StillFleet } from '../../test/support/device-status.ts';
import { devicesFileSchema } from '../config/devices-schema.ts';
import { ManualClock } from '../manual-clock.ts';
import { createApi } from './api.ts';
import type { Readiness } from './deps.ts';
import { startHttpServer } from './server.ts';

const NOW = Date.UTC(2026, 0, 1, 12);

/** The API on a real server: its requests differ from those that Hono makes for itself. */
async function setUp(devices = [deviceStatus({ name: 'kitchen' })]) {
  const fleet = new StillFleet(devices);
  const errors: unknown[] = [];
  let readiness: Readiness = { initialised: true, problems: [] };
  const api = createApi({
    fleet,
    metrics: { contentType: 'text/plain; version=0.0.4; charset=utf-8', text: async () => 'up 1\n' },
    clock: new ManualClock(NOW),
    readiness: () => readiness,
    version: '1.2.3',
    onError: (error) => errors.push(error),
  });
  const server = await startHttpServer({ api, host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  const request = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(server.url + path, init);
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  const requestJson = async (path: string, init: RequestInit = {}) => {
    const { text, ...rest } = await request(path, init);
    return { ...rest, body: JSON.parse(text) };
  };
  return {
    api,
    request,
    fleet,
    errors,
    ready(next: Readiness) {
      readiness = next;
    },
    get: (path: string) => requestJson(path),
    post: (path: string, init: RequestInit = {}) => requestJson(path, { method: 'POST', ...init }),
  };
}

const mixed = () => [
  deviceStatus({ name: 'up' }),
  deviceStatus({ name: 'down' }, { state: 'backoff' }),
  deviceStatus({ name: 'off', enabled: false }),
];

test('GET / names the service and the endpoints of the original', async () => {
  const { status, body } = await (await setUp()).get('/');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    service: 'dialtone',
    message: expect.any(String),
    endpoints: { health: '/v1/health', devices: '/v1/devices', status: '/v1/devices/status', metrics: '/metrics' },
  });
});

test('every endpoint that GET / names answers', async () => {
  const { request, get } = await setUp();
  const endpoints: Record<string, string> = (await get('/')).body.endpoints;
  for (const path of Object.values(endpoints)) expect((await request(path)).status, path).toBe(200);
});

test('health has the keys of the original and counts the fleet', async () => {
  const { status, body } = await (await setUp(mixed())).get('/v1/health');
  expect(status).toBe(200);
  expect(body).toEqual({
    status: 'healthy',
    service: 'auto-connect',
    devices: { total: 3, enabled: 2, connected: 1 },
    message: '1/2 devices connected',
    problems: [],
  });
});

test('health stays 200 when every device is away, and is 503 only when asked strictly', async () => {
  const { get } = await setUp([deviceStatus({ name: 'away' }, { state: 'backoff' })]);
  const lax = await get('/v1/health');
  expect(lax.status).toBe(200);
  expect(lax.body.status).toBe('degraded');
  expect((await get('/v1/health?strict=1')).status).toBe(503);
  expect((await get('/v1/health?strict=0')).status).toBe(200);
  expect((await get('/v1/health?strict=maybe')).body.code).toBe('bad_request');
});

test('health is healthy with nothing enabled, and degraded when an engine is down', async () => {
  const { get, ready } = await setUp([deviceStatus({ name: 'off', enabled: false })]);
  expect((await get('/v1/health?strict=1')).body.status).toBe('healthy');
  ready({ initialised: true, problems: ['speech host is down'] });
  const { status, body } = await get('/v1/health?strict=1');
  expect(status).toBe(503);
  expect(body).toMatchObject({ status: 'degraded', problems: ['speech host is down'] });
});

test('before devices.json is read only liveness is given', async () => {
  const { get, post, ready } = await setUp();
  ready({ initialised: false, problems: [] });
  expect(await get('/v1/health')).toMatchObject({ status: 503, body: { status: 'unhealthy' } });
  expect(await get('/v1/devices')).toMatchObject({ status: 503, body: { code: 'not_ready' } });
  expect(await get('/v1/devices/status')).toMatchObject({ status: 503, body: { code: 'not_ready' } });
  expect(await post('/v1/devices/kitchen/reconnect')).toMatchObject({ status: 503, body: { code: 'not_ready' } });
  expect((await get('/readyz')).status).toBe(503);
  expect((await get('/livez')).status).toBe(200);
});

test('readiness tells what is wrong', async () => {
  const { get, ready } = await setUp();
  expect(await get('/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
  ready({ initialised: true, problems: ['shutting down'] });
  expect(await get('/readyz')).toMatchObject({ status: 503, body: { problems: ['shutting down'] } });
});

test('devices are listed with the keys of the original, instructions left out', async () => {
  const { get } = await setUp([
    deviceStatus({
      name: 'hall',
      host: '192.0.2.7',
      protocol: 'pcm',
      path: '/voice',
      reconnect_delay: 2.5,
      instructions: { type: 'constant', text: 'secret recipe' },
    }),
  ]);
  const { body } = await get('/v1/devices');
  expect(body).toEqual({
    devices: [
      {
        name: 'hall',
        host: '192.0.2.7',
        port: 8765,
        protocol: 'pcm',
        path: '/voice',
        audio_format: 'auto',
        voice: 'Watercooler',
        enabled: true,
        auto_reconnect: true,
        reconnect_delay: 2.5,
      },
    ],
    total_count: 1,
  });
});

test('status shows each device, disabled ones too, with wall-clock times', async () => {
  const { get } = await setUp([
    deviceStatus(
      { name: 'down' },
      {
        state: 'backoff',
        attempts: 4,
        lastError: { code: 'refused', message: 'nobody\u001b[31m listens', at: NOW - 1000 },
        nextRetryAt: NOW + 5000,
        reported: { wifiRssiDbm: -61 },
      },
    ),
    deviceStatus({ name: 'off', enabled: false }),
  ]);
  const { body } = await get('/v1/devices/status');
  expect(body).toMatchObject({
    summary: { total: 2, enabled: 1, connected: 0 },
    timestamp: NOW / 1000,
    time: '2026-01-01T12:00:00.000Z',
  });
  expect(Object.keys(body.devices)).toEqual(['down', 'off']);
  expect(body.devices.down).toEqual({
    connected: false,
    device_host: '192.0.2.1',
    device_port: 8765,
    voice: 'Watercooler',
    auto_reconnect: true,
    enabled: true,
    state: 'backoff',
    since: '2026-01-01T00:00:00.000Z',
    attempts: 4,
    last_error: { code: 'refused', message: 'nobody [31m listens', at: '2026-01-01T11:59:59.000Z' },
    next_retry_at: '2026-01-01T12:00:05.000Z',
    last_seen_at: null,
    activity: 'idle',
    reported: { uptime_ms: null, heap_free_bytes: null, wifi_rssi_dbm: -61 },
  });
});

test('status shows nothing that is not on its list', async () => {
  const leaky = { ...deviceStatus({ name: 'a' }), token: 'CANARY' };
  const { request } = await setUp([{ ...leaky, config: Object.assign({}, leaky.config, { token: 'CANARY' }) }]);
  for (const path of ['/v1/devices', '/v1/devices/status']) {
    expect((await request(path)).text).not.toContain('CANARY');
  }
});

test('reconnect accepts a device by its name, however that is written', async () => {
  const { post, fleet } = await setUp([
    deviceStatus({ name: 'kitchen' }),
    deviceStatus({ name: 'hall speaker' }),
    deviceStatus({ name: 'Küche' }),
    deviceStatus({ name: 'status' }),
  ]);
  expect(await post('/v1/devices/kitchen/reconnect')).toMatchObject({
    status: 202,
    body: { device: 'kitchen', message: expect.stringContaining('kitchen') },
  });
  for (const path of ['hall%20speaker', 'K%C3%BCche', 'Ku%CC%88che', 'status']) {
    expect((await post(`/v1/devices/${path}/reconnect`)).status, path).toBe(202);
  }
  expect(fleet.reconnected).toEqual(['kitchen', 'hall speaker', 'Küche', 'Küche', 'status']);
});

test('reconnect of an unknown or disabled device is 404 with a detail', async () => {
  const { post, fleet } = await setUp([deviceStatus({ name: 'off', enabled: false })]);
  const disabled = await post('/v1/devices/off/reconnect');
  expect(disabled).toMatchObject({ status: 404, body: { code: 'device_disabled', status: 404 } });
  expect(disabled.body.detail).toContain('disabled');
  expect(disabled.headers.get('content-type')).toBe('application/problem+json');

  const names = ['nobody', '__proto__', 'constructor', 'toString', '..%2f..%2fetc%2fpasswd', 'a%2Fb', '%00%E0%A4%A'];
  for (const name of [...names, 'x'.repeat(10_000), '%25', '%F0%9F%98%80']) {
    const { status, body } = await post(`/v1/devices/${name}/reconnect`);
    expect([status, body.code], name.slice(0, 30)).toEqual([404, 'unknown_device']);
  }
  expect(fleet.reconnected).toEqual([]);
});

test('the example is a valid devices.json and the same as devices.example.json', async () => {
  const { body } = await (await setUp()).get('/v1/config/example');
  expect(body).toMatchObject({ description: expect.any(String), note: expect.any(String) });
  const { devices } = devicesFileSchema.parse(body.example_config);
  expect(devices.map(({ protocol, enabled }) => [protocol, enabled])).toEqual([
    ['realtime', true],
    ['realtime', true],
    ['pcm', true],
    ['realtime', false],
  ]);
  const file = readFileSync(new URL('../../devices.example.json', import.meta.url), 'utf8');
  expect(JSON.parse(file)).toEqual(body.example_config);
});

test('metrics come as the text they are', async () => {
  const { request } = await setUp();
  const { headers, text } = await request('/metrics');
  expect(headers.get('content-type')).toContain('text/plain; version=0.0.4');
  expect(text).toBe('up 1\n');
});

test('what is not there is a problem with a code', async () => {
  const { get, post, request } = await setUp();
  expect(await get('/nothing')).toMatchObject({ status: 404, body: { code: 'not_found', detail: expect.any(String) } });
  expect(await get('//v1//devices')).toMatchObject({ status: 404 });
  const wrongMethod = await post('/v1/devices');
  expect(wrongMethod).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
  expect(wrongMethod.headers.get('allow')).toContain('GET');
  expect(await get('/v1/devices/kitchen/reconnect')).toMatchObject({ status: 405 });
  const head = await request('/v1/devices', { method: 'HEAD' });
  expect([head.status, head.text]).toEqual([200, '']);
});

test('a body that is too big is refused', async () => {
  const { post, fleet } = await setUp();
  const body = 'x'.repeat(5000);
  const refused = await post('/v1/devices/kitchen/reconnect', { body });
  expect(refused).toMatchObject({ status: 413, body: { code: 'body_too_big' } });
  const stream = new Blob([body]).stream();
  const streamed = await post('/v1/devices/kitchen/reconnect', { body: stream, duplex: 'half' } as RequestInit);
  expect(streamed.status).toBe(411);
  expect(fleet.reconnected).toEqual([]);
  expect((await post('/v1/devices/kitchen/reconnect', { body: '{}' })).status).toBe(202);
});

test('a fault of ours is 500, reported, and says nothing of itself', async () => {
  const { get, fleet, errors } = await setUp();
  fleet.list = () => {
    throw new Error('CANARY');
  };
  const { status, body } = await get('/v1/devices');
  expect([status, body.code]).toEqual([500, 'internal']);
  expect(JSON.stringify(body)).not.toContain('CANARY');
  expect(errors).toHaveLength(1);
});

test('the OpenAPI document is 3.1 and describes every route', async () => {
  const { api, get } = await setUp();
  const { body } = await get('/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  const described = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  const served = api.routes.filter(({ method, path }) => method !== 'ALL' && path !== '/openapi.json');
  expect(new Set(described)).toEqual(new Set(served.map(({ method, path }) => `${method} ${path}`)));
  for (const name of ['DeviceInfo', 'DeviceStatus', 'FleetStatus', 'Health', 'Problem']) {
    expect(body.components.schemas).toHaveProperty(name);
  }
  for (const [, ref] of JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
    expect(body.components.schemas).toHaveProperty(ref as string);
  }
});
