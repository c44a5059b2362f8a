import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { NOW, startApi } from '../../test/support/api-server.ts';
import { deviceStatus } from '../../test/support/devices/device-status.ts';
import { devicesFileSchemaFor } from '../config/devices-schema.ts';
import { Secret } from '../core/secret.ts';
import type { DeviceStatus } from '../fleet/fleet.ts';
import { PROTOCOLS } from '../protocols/registry.ts';

const setUp = (devices?: DeviceStatus[]) => startApi(devices ? { devices } : {});

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
  for (const path of Object.values(endpoints)) {
    // The stream of events has no end to wait for.
    expect((await request(path, { method: 'HEAD' })).status, path).toBe(200);
    if (path !== '/v1/events') expect((await request(path)).status, path).toBe(200);
  }
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
    engines: { stt: { id: 'sherpa' }, llm: { id: 'scripted' }, tts: { id: 'espeak' } },
    engine_states: [],
    speech_host: 'none',
    speech_hosts: [],
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
  ready({ problems: ['speech host is down'] });
  const { status, body } = await get('/v1/health?strict=1');
  expect(status).toBe(503);
  expect(body).toMatchObject({ status: 'degraded', problems: ['speech host is down'] });
});

test('before devices.json is read only liveness is given', async () => {
  const { get, post, ready } = await setUp();
  ready({ initialised: false });
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
  ready({ problems: ['shutting down'] });
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
        direction: 'dial',
        id: null,
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
        downSince: Date.UTC(2025, 11, 31, 12),
        attempts: 4,
        lastError: { code: 'refused', message: 'nobody\u001b[31m listens', at: NOW - 1000 },
        nextRetryAt: NOW + 5000,
        warnings: [{ code: 'hears_itself', message: 'lower\u001b[31m it', at: NOW - 2000 }],
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
  expect(body.devices.off.warnings).toEqual([]);
  expect(body.devices.down).toEqual({
    connected: false,
    device_host: '192.0.2.1',
    device_port: 8765,
    voice: 'Watercooler',
    auto_reconnect: true,
    enabled: true,
    state: 'backoff',
    since: '2026-01-01T00:00:00.000Z',
    down_since: '2025-12-31T12:00:00.000Z',
    attempts: 4,
    last_error: { code: 'refused', message: 'nobody [31m listens', at: '2026-01-01T11:59:59.000Z' },
    next_retry_at: '2026-01-01T12:00:05.000Z',
    warnings: [{ code: 'hears_itself', message: 'lower [31m it', at: '2026-01-01T11:59:58.000Z' }],
    last_seen_at: null,
    rtt_ms: null,
    flapping: false,
    connections: 1,
    override: null,
    activity: 'idle',
    reported: { uptime_ms: null, heap_free_bytes: null, wifi_rssi_dbm: -61 },
  });
});

test('one device is shown whole, without its secrets', async () => {
  const { get } = await setUp([
    deviceStatus(
      {
        name: 'hall',
        path: '/voice?key=CANARY',
        token: 'CANARY',
        tls: { servername: 'hall.lan' },
        headers: { 'X-Api-Key': 'CANARY' },
        instructions: { type: 'constant', text: 'a long prompt', language: 'en' },
      },
      { rttMs: 12.5, flapping: true, connections: 7, lastSeenAt: NOW - 500, override: 'disabled', state: 'disabled' },
    ),
  ]);
  const { status, body } = await get('/v1/devices/hall');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    name: 'hall',
    state: 'disabled',
    since: '2026-01-01T00:00:00.000Z',
    enabled: false,
    override: 'disabled',
    rtt_ms: 12.5,
    flapping: true,
    connections: 7,
    last_seen_at: '2026-01-01T11:59:59.500Z',
    config: {
      host: '192.0.2.1',
      path: '/voice?…',
      enabled: true,
      instructions: { type: 'constant', language: 'en' },
      tls: { ca_file: null, fingerprint: null, servername: 'hall.lan' },
      token_set: true,
      headers_set: ['X-Api-Key'],
    },
  });
  expect(body.config.instructions).not.toHaveProperty('text');
  expect(JSON.stringify(body)).not.toContain('CANARY');
  for (const name of ['nobody', '__proto__', 'constructor', '..%2f..%2fetc%2fpasswd', '%00%E0%A4%A']) {
    expect(await get(`/v1/devices/${name}`), name).toMatchObject({ status: 404, body: { code: 'unknown_device' } });
  }
});

test('status shows nothing that is not on its list', async () => {
  const leaky = { ...deviceStatus({ name: 'a' }), note: 'CANARY', token: new Secret('CANARY') };
  const { request } = await setUp([{ ...leaky, config: Object.assign({}, leaky.config, { note: 'CANARY' }) }]);
  for (const path of ['/v1/devices', '/v1/devices/status', '/v1/devices/a']) {
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

test('a device that was reconnected a moment ago is left alone for 2 seconds', async () => {
  const { post, fleet } = await setUp();
  fleet.answer = () => 'too_soon';
  const { status, body, headers } = await post('/v1/devices/kitchen/reconnect');
  expect([status, body.code, headers.get('retry-after')]).toEqual([429, 'too_soon', '2']);
});

test('disconnect is accepted, and refused as reconnect is', async () => {
  const { post, fleet } = await setUp([
    deviceStatus({ name: 'kitchen' }),
    deviceStatus({ name: 'off', enabled: false }),
  ]);
  expect(await post('/v1/devices/kitchen/disconnect')).toMatchObject({ status: 202, body: { device: 'kitchen' } });
  expect(await post('/v1/devices/off/disconnect')).toMatchObject({ status: 404, body: { code: 'device_disabled' } });
  expect(await post('/v1/devices/x/disconnect')).toMatchObject({ status: 404, body: { code: 'unknown_device' } });
  expect(fleet.disconnected).toEqual(['kitchen']);
});

test('a device is switched off and on until the next reload', async () => {
  const { get, post } = await setUp();
  expect(await post('/v1/devices/kitchen/disable')).toMatchObject({
    status: 200,
    body: { device: 'kitchen', enabled: false, until: 'next reload' },
  });
  expect((await get('/v1/devices/kitchen')).body).toMatchObject({ enabled: false, override: 'disabled' });
  expect((await get('/v1/health')).body.devices).toMatchObject({ total: 1, enabled: 0 });
  expect(await post('/v1/devices/kitchen/reconnect')).toMatchObject({ status: 404, body: { code: 'device_disabled' } });
  expect((await post('/v1/devices/kitchen/enable')).body).toMatchObject({ enabled: true });
  expect((await get('/v1/devices/kitchen')).body).toMatchObject({ enabled: true, override: null });
  expect(await post('/v1/devices/nobody/enable')).toMatchObject({ status: 404, body: { code: 'unknown_device' } });
});

test('the running configuration is shown, and a wrong file is told when it is read again', async () => {
  const { get, post, config } = await setUp();
  expect((await get('/v1/config')).body).toEqual({
    file: '/config/devices.json',
    hash: 'ab'.repeat(32),
    loaded_at: '2026-01-01T11:59:00.000Z',
    devices: 1,
    misconfigured: [],
    warnings: [],
    last_reload: null,
    problem: null,
  });
  const changes = { added: ['a'], removed: ['b'], restarted: [], updated: ['c'], unchanged: 4 };
  config.next = { at: NOW, trigger: 'api', ok: true, errors: [], changes };
  const right = await post('/v1/config/reload');
  expect(right).toMatchObject({ status: 200, body: { last_reload: { ok: true, trigger: 'api', changes } } });

  config.next = { at: NOW, trigger: 'api', ok: false, errors: ['devices[0].port: missing'], changes: null };
  const wrong = await post('/v1/config/reload');
  expect(wrong).toMatchObject({ status: 422, body: { code: 'config_invalid', errors: ['devices[0].port: missing'] } });
  expect(wrong.headers.get('content-type')).toBe('application/problem+json');
  expect((await get('/v1/config')).body.last_reload).toMatchObject({ ok: false, at: '2026-01-01T12:00:00.000Z' });
});

test('the example is a valid devices.json and the same as devices.example.json', async () => {
  const { body } = await (await setUp()).get('/v1/config/example');
  expect(body).toMatchObject({ description: expect.any(String), note: expect.any(String) });
  const { devices } = devicesFileSchemaFor(PROTOCOLS).parse(body.example_config);
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
  expect(text).toContain('\ndialtone_config_last_reload_successful 1\n');
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
  expect(streamed).toMatchObject({ status: 413, body: { code: 'body_too_big' } });
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

test('the OpenAPI document describes how every route refuses', async () => {
  const { request } = await startApi({
    env: { API_TOKEN: 'write-token-0123456789', API_READ_TOKEN: 'read-token-0123456789' },
  });
  const { paths } = JSON.parse((await request('/openapi.json')).text);
  const body = 'x'.repeat(8_192);
  for (const [path, operations] of Object.entries<Record<string, { responses: object }>>(paths)) {
    for (const [method, { responses }] of Object.entries(operations)) {
      const asked = async (init: RequestInit) =>
        String((await request(path.replaceAll(/[{}]/g, ''), { ...init, method: method.toUpperCase() })).status);
      const wrong = await asked({ headers: { authorization: 'Bearer wrong' } });
      expect(['200', ...Object.keys(responses)], `${method} ${path}`).toContain(wrong);
      if (method === 'get') continue;
      expect(responses).toHaveProperty(await asked({ headers: { authorization: 'Bearer read-token-0123456789' } }));
      const much = await asked({ headers: { authorization: 'Bearer write-token-0123456789' }, body });
      expect(responses, `${method} ${path}`).toHaveProperty(much);
    }
  }
});

test('the OpenAPI document is 3.1 and describes every route', async () => {
  const { api, get } = await setUp();
  const { body } = await get('/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  const described = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  // The console is for people.
  const isDescribed = (path: string) => path !== '/openapi.json' && !path.startsWith('/console');
  const served = api.routes.filter(({ method, path }) => method !== 'ALL' && isDescribed(path));
  expect(new Set(described)).toEqual(new Set(served.map(({ method, path }) => `${method} ${path}`)));
  for (const name of ['Config', 'Device', 'DeviceInfo', 'DeviceStatus', 'FleetStatus', 'Health', 'Problem']) {
    expect(body.components.schemas).toHaveProperty(name);
  }
  for (const [, ref] of JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
    expect(body.components.schemas).toHaveProperty(ref as string);
  }
});
