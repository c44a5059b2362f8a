import { expect, test } from 'vitest';
import { startApi } from '../../../test/support/api-server.ts';
import { deviceStatus } from '../../../test/support/devices/device-status.ts';
import { DialtoneError, type ErrorCode } from '../../core/errors.ts';
import type { DeviceTools } from '../../protocols/device-tools.ts';

const VOLUME = 'self.audio_speaker.set_volume';
const TOOLS = '/v1/devices/kitchen/tools';

/** A device with one function, whose calls end as `outcome` says. */
async function setUp(outcome: () => ErrorCode | Error | undefined = () => undefined) {
  const calls: unknown[] = [];
  const tools: DeviceTools = {
    list: () => [{ name: VOLUME, description: 'Sets\u202e it.', parameters: { type: 'object' }, audience: 'model' }],
    call: async (name, args) => {
      calls.push([name, args]);
      const error = outcome();
      if (error instanceof Error) throw error;
      if (error) throw new DialtoneError(error, 'the words\nof the device');
      const image = { type: 'image', data: 'AAAA', mimeType: 'image/jpeg' } as const;
      return { content: [{ type: 'text', text: 'a\nb' }, image], isError: false };
    },
  };
  const api = await startApi({
    devices: [
      deviceStatus({ name: 'kitchen' }),
      deviceStatus({ name: 'plain' }),
      deviceStatus({ name: 'away' }, { state: 'backoff' }),
    ],
  });
  api.fleet.toolsOf.set('kitchen', tools);
  return { ...api, calls };
}

test('the functions of a device are listed', async () => {
  const { get } = await setUp();
  expect((await get(TOOLS)).body).toEqual({
    tools: [{ name: VOLUME, description: 'Sets  it.', parameters: { type: 'object' }, audience: 'model' }],
  });
  expect(await get('/v1/devices/by-name/plain/tools')).toMatchObject({ status: 200, body: { tools: [] } });
  expect(await get('/v1/devices/away/tools')).toMatchObject({ status: 409, body: { code: 'not_connected' } });
  expect(await get('/v1/devices/nobody/tools')).toMatchObject({ status: 404, body: { code: 'unknown_device' } });
});

test('a function is called with its arguments, or without any', async () => {
  const { send, post, calls } = await setUp();
  expect(await send(`${TOOLS}/${VOLUME}`, { arguments: { volume: 40 } })).toMatchObject({
    status: 200,
    body: {
      content: [
        { type: 'text', text: 'a\nb' },
        { type: 'image', data: 'AAAA', mime_type: 'image/jpeg' },
      ],
      is_error: false,
    },
  });
  expect((await post(`${TOOLS}/a%2Fb%20c`)).status).toBe(200);
  expect((await send(`${TOOLS}/x`, {})).status).toBe(200);
  expect(calls).toEqual([
    [VOLUME, { volume: 40 }],
    ['a/b c', {}],
    ['x', {}],
  ]);
  for (const body of [{ arguments: [] }, { arguments: 5 }, { args: {} }, 'text']) {
    expect(await send(`${TOOLS}/${VOLUME}`, body), JSON.stringify(body)).toMatchObject({ status: 400 });
  }
  expect((await send(`${TOOLS}/${VOLUME}`, { arguments: { text: 'x'.repeat(20_000) } })).status).toBe(413);
  expect(calls).toHaveLength(3);
});

test('a call is given up when its client has gone', async () => {
  const { server, fleet, errors } = await setUp();
  const ended: unknown[] = [];
  const client = new AbortController();
  fleet.toolsOf.set('kitchen', {
    list: () => [],
    call: (_name, _args, signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          ended.push(signal.aborted);
          reject(signal.reason);
        });
        client.abort();
      }),
  });
  const call = fetch(`${server.url}${TOOLS}/${VOLUME}`, { method: 'POST', signal: client.signal });
  await expect(call).rejects.toThrow();
  await expect.poll(() => ended).toEqual([true]);
  await server.close();
  expect(errors).toEqual([]);
});

test.each([
  ['tool_unknown', 404, 'tool_unknown', 403, 'command_not_allowed'],
  ['tool_bad_arguments', 422, 'tool_bad_arguments', 422, 'tool_bad_arguments'],
  ['tool_timeout', 504, 'tool_timeout', 504, 'tool_timeout'],
  ['tool_failed', 502, 'tool_failed', 502, 'tool_failed'],
  ['link_lost', 409, 'not_connected', 409, 'not_connected'],
  ['internal', 500, 'internal', 500, 'internal'],
] as const)('a call that ends with %s', async (error, status, code, commandStatus, commandCode) => {
  const { send, errors } = await setUp(() => error);
  const answer = await send(`${TOOLS}/${VOLUME}`, {});
  expect(answer).toMatchObject({ status, body: { code } });
  expect(answer.body.detail).not.toContain('\n');
  expect(await send('/v1/devices/kitchen/command', { command: 'blink' })).toMatchObject({
    status: commandStatus,
    body: { code: commandCode },
  });
  expect(errors.length).toBe(error === 'internal' ? 2 : 0);
});

test('a defect is told in the log alone', async () => {
  const { send, errors } = await setUp(() => new Error('secret'));
  const { status, text } = { text: '', ...(await send(`${TOOLS}/${VOLUME}`, {})) };
  expect(status).toBe(500);
  expect(text).not.toContain('secret');
  expect(errors).toHaveLength(1);
});

test('a command is a function without the words around it', async () => {
  const { send, post, calls } = await setUp();
  const command = '/v1/devices/kitchen/command';
  expect(await send(command, { command: 'set_led_color', color: 'red' })).toMatchObject({
    status: 202,
    body: { device: 'kitchen', command: 'set_led_color' },
  });
  expect(calls).toEqual([['set_led_color', { color: 'red' }]]);
  expect(await send('/v1/devices/plain/command', { command: 'reboot' })).toMatchObject({
    status: 403,
    body: { code: 'command_not_allowed' },
  });
  expect(await send('/v1/devices/away/command', { command: 'reboot' })).toMatchObject({ status: 409 });
  for (const body of [{}, { command: '' }, { command: 5 }, []]) expect((await send(command, body)).status).toBe(400);
  expect((await post(command)).status).toBe(400);
});

test('a device without functions has none to call', async () => {
  const { send } = await setUp();
  expect(await send('/v1/devices/plain/tools/x', {})).toMatchObject({ status: 404, body: { code: 'tool_unknown' } });
});
