import { expect, test } from 'vitest';
import { startApi } from '../../../test/support/api-server.ts';
import { deviceStatus } from '../../../test/support/devices/device-status.ts';

const devices = () => [
  deviceStatus({ name: 'kitchen' }),
  deviceStatus({ name: 'Küche' }),
  deviceStatus({ name: 'away' }, { state: 'backoff' }),
  deviceStatus({ name: 'off', enabled: false }),
];
const played = { outcome: 'played', heard: 'Fire!', spoken_ms: 500, error: null };

async function setUp() {
  const api = await startApi({ devices: devices() });
  api.fleet.said = async () => ({ outcome: 'played', heard: 'Fire!', spokenMs: 500 });
  return api;
}

test('all devices say it; one that cannot does not stop the others', async () => {
  const { send, fleet } = await setUp();
  const names = ['nobody', 'off', 'away', 'kitchen', 'Ku\u0308che', 'kitchen', '__proto__', 'constructor'];
  const { status, text, body } = await sendText(send, { text: 'Fire!', devices: names, interrupt: true });
  expect(status).toBe(200);
  expect(Object.keys(body.devices)).toEqual(['nobody', 'off', 'away', 'kitchen', 'Küche', '__proto__', 'constructor']);
  expect(body.devices).toMatchObject({
    nobody: { refused: 'unknown_device' },
    off: { refused: 'device_disabled' },
    away: { refused: 'not_connected' },
    kitchen: played,
    Küche: played,
    constructor: { refused: 'unknown_device' },
  });
  expect(text).toContain('"__proto__":{"refused":"unknown_device"}');
  const request = { text: 'Fire!', interrupt: true, listenAfter: false };
  expect(fleet.told).toEqual([
    { device: 'kitchen', what: 'say', request },
    { device: 'Küche', what: 'say', request },
  ]);
});

/** With the text of the answer as it came: parsed, `__proto__` cannot be told from none. */
async function sendText(send: Awaited<ReturnType<typeof setUp>>['send'], body: unknown) {
  const answer = await send('/v1/announce', body);
  return { ...answer, text: JSON.stringify(answer.body) };
}

test('all are the enabled ones, and one that waits makes the others wait', async () => {
  const { send, fleet } = await setUp();
  let settle = () => {};
  const late = new Promise<void>((resolve) => {
    settle = resolve;
  });
  fleet.said = async (device) => {
    if (device === 'kitchen') await late;
    return { outcome: 'played', heard: 'Fire!', spokenMs: 500 };
  };
  const answer = send('/v1/announce', { text: 'Fire!', all: true });
  await expect.poll(() => fleet.told).toHaveLength(2);
  settle();
  expect(await answer).toMatchObject({
    status: 200,
    body: { devices: { kitchen: played, Küche: played, away: { refused: 'not_connected' } } },
  });
});

test('without waiting it says who will and who cannot', async () => {
  const { send, fleet } = await setUp();
  fleet.said = (device) => (device === 'kitchen' ? 'busy' : Promise.reject(new Error('broken')));
  const { status, body } = await send('/v1/announce', { text: 'Fire!', all: true, wait: false });
  expect(status).toBe(202);
  expect(body.devices).toEqual({
    kitchen: { refused: 'busy' },
    Küche: { queued: true },
    away: { refused: 'not_connected' },
  });
});

test('one that is away is waited for, and does not keep the others', async () => {
  const { send, fleet } = await setUp();
  const waits: [string, number][] = [];
  let come = () => {};
  const arrival = new Promise<void>((resolve) => {
    come = resolve;
  });
  fleet.whenReady = async (name: string, ms: number) => {
    waits.push([name, ms]);
    await arrival;
    fleet.devices = fleet.devices.map((device) => (name === device.config.name ? deviceStatus({ name }) : device));
    return true;
  };
  const wish = { text: 'Fire!', all: true, wait_for_device: 20 };
  expect((await send('/v1/announce', { ...wish, wait: false })).body.devices).toEqual({
    kitchen: { queued: true },
    Küche: { queued: true },
    away: { queued: true },
  });
  const answer = send('/v1/announce', { ...wish, devices: ['off', 'nobody', 'away', 'kitchen'], all: undefined });
  await expect.poll(() => fleet.told).toHaveLength(3);
  come();
  expect((await answer).body.devices).toEqual({
    off: { refused: 'device_disabled' },
    nobody: { refused: 'unknown_device' },
    away: played,
    kitchen: played,
  });
  expect(waits).toEqual([
    ['away', 20_000],
    ['away', 20_000],
  ]);
  expect(fleet.told.map(({ device }) => device)).toEqual(['kitchen', 'Küche', 'kitchen', 'away', 'away']);
});

test('one that does not come in time is refused', async () => {
  const { send } = await setUp();
  const wish = { text: 'Fire!', devices: ['away'], wait_for_device: 20 };
  expect((await send('/v1/announce', wish)).body.devices).toEqual({ away: { refused: 'not_connected' } });
  for (const wrong of [-1, 301, '20']) {
    expect((await send('/v1/announce', { ...wish, wait_for_device: wrong })).status).toBe(400);
  }
});

test('a fault of ours at one device is told there, and in the log', async () => {
  const { send, fleet, errors } = await setUp();
  fleet.said = async (device) => {
    if (device === 'kitchen') throw new Error('CANARY');
    return { outcome: 'interrupted', heard: 'Fi', spokenMs: 100 };
  };
  const { text, body } = await sendText(send, { text: 'Fire!', all: true });
  expect(body.devices).toMatchObject({
    kitchen: { outcome: 'failed', error: { code: 'internal' } },
    Küche: { outcome: 'interrupted', heard: 'Fi' },
  });
  expect(text).not.toContain('CANARY');
  expect(errors).toHaveLength(1);
});

test('either names or all', async () => {
  const { send, fleet } = await setUp();
  for (const wrong of [
    {},
    { all: false },
    { all: true, devices: ['kitchen'] },
    { devices: [] },
    { devices: 'kitchen' },
    { devices: [''] },
    { devices: ['x'.repeat(129)] },
    { devices: [7] },
    { devices: Array.from({ length: 1_001 }, (_, index) => `d${index}`) },
    { devices: ['kitchen'], listen_after: true },
  ]) {
    const { status, body } = await send('/v1/announce', { text: 'Fire!', ...wrong });
    expect([status, body.code], JSON.stringify(wrong).slice(0, 60)).toEqual([400, 'bad_request']);
    expect(body.detail.length).toBeLessThanOrEqual(1_000);
  }
  const { body } = await send('/v1/announce', { text: 'Fire!' });
  expect(body.detail).toBe('give either "devices" or "all": true');
  expect((await send('/v1/announce', { text: '!', devices: ['kitchen'] })).status).toBe(400);
  expect((await send('/v1/announce', { text: 'Fire!', devices: ['x'.repeat(70_000)] })).status).toBe(413);
  expect(fleet.told).toEqual([]);
});
