import { expect, test } from 'vitest';
import { startApi } from '../../../test/support/api-server.ts';
import { deviceStatus } from '../../../test/support/devices/device-status.ts';

const setUp = () =>
  startApi({
    devices: [
      deviceStatus({ name: 'kitchen' }),
      deviceStatus({ name: 'away' }, { state: 'backoff' }),
      deviceStatus({ name: 'off', enabled: false }),
    ],
  });

test('an answer is interrupted, and it is told when there was none', async () => {
  const { post, fleet } = await setUp();
  expect(await post('/v1/devices/kitchen/interrupt')).toMatchObject({ status: 200, body: { interrupted: true } });
  fleet.isSpeaking = false;
  expect(await post('/v1/devices/kitchen/interrupt')).toMatchObject({ status: 200, body: { interrupted: false } });
});

test('the microphone is opened', async () => {
  const { post, fleet } = await setUp();
  expect(await post('/v1/devices/kitchen/listen')).toMatchObject({ status: 202, body: { device: 'kitchen' } });
  expect(fleet.told).toEqual([{ device: 'kitchen', what: 'listen' }]);
});

test('what the user says next is told to who waits for it', async () => {
  const { send, fleet } = await setUp();
  const listen = (body: unknown) => send('/v1/devices/kitchen/listen', body);
  fleet.asked = async () => ({ outcome: 'answered', answer: 'buy milk', heard: '', spokenMs: 0 });
  expect(await listen({ wait: true, timeout: 20 })).toMatchObject({
    status: 200,
    body: { outcome: 'answered', answer: 'buy milk' },
  });
  expect(fleet.told).toEqual([{ device: 'kitchen', what: 'hear', request: { timeoutMs: 20_000 } }]);
  expect((await listen({ wait: false })).status).toBe(202);
  expect((await listen({})).status).toBe(202);
  for (const body of [{ timeout: 0 }, { timeout: 121 }, { wait: 'yes' }, { seconds: 5 }]) {
    expect((await listen(body)).status, JSON.stringify(body)).toBe(400);
  }
  fleet.asked = () => 'busy';
  expect(await listen({ wait: true })).toMatchObject({ status: 429, body: { code: 'busy' } });
  expect((await send('/v1/devices/away/listen', { wait: true })).status).toBe(409);
});

test('who cannot is told why', async () => {
  const { post } = await setUp();
  for (const what of ['interrupt', 'listen']) {
    const refused = async (name: string) => {
      const { status, body } = await post(`/v1/devices/${name}/${what}`);
      return [status, body.code];
    };
    expect(await refused('away')).toEqual([409, 'not_connected']);
    expect(await refused('off')).toEqual([404, 'device_disabled']);
    expect(await refused('nobody')).toEqual([404, 'unknown_device']);
  }
});

test('a history is forgotten, of a device that is away too', async () => {
  const { request, fleet } = await setUp();
  const forget = (name: string) => request(`/v1/devices/${name}/history`, { method: 'DELETE' });
  expect(await forget('away')).toMatchObject({ status: 204, text: '' });
  expect(fleet.told).toEqual([{ device: 'away', what: 'forget' }]);
  const unknown = await forget('nobody');
  expect([unknown.status, JSON.parse(unknown.text).code]).toEqual([404, 'unknown_device']);
  expect((await request('/v1/devices/away/history')).status).toBe(405);
});
