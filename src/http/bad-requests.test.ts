import { expect, it } from 'vitest';
import { startApi } from '../../test/support/api-server.ts';

const KITCHEN = '/v1/devices/kitchen';
const text = 'Hello.';

it.each([
  ['say', `${KITCHEN}/say`, {}, 'text: missing; expected a string'],
  ['say', `${KITCHEN}/say`, [], 'the body: expected an object, found a list'],
  ['say', `${KITCHEN}/say`, { text: '🎉' }, 'text: there is nothing in it that can be spoken; found "🎉"'],
  ['say', `${KITCHEN}/say`, { text, voice: 7 }, 'voice: expected a string, found 7'],
  ['say', `${KITCHEN}/say`, { text, interrupt: 'yes' }, 'interrupt: expected true or false, found "yes"'],
  [
    'say',
    `${KITCHEN}/say`,
    { text, wiat: false, b: 1 },
    'wiat: unknown key; b: unknown key; the keys are "text", "voice", "interrupt", "wait", "wait_for_device", "listen_after"',
  ],
  [
    'say',
    `${KITCHEN}/say`,
    { text, wait_for_device: 301 },
    'wait_for_device: expected a number from 0 to 300, found 301',
  ],
  ['ask', `${KITCHEN}/ask`, { text, timeout: 0 }, 'timeout: expected a number from 1 to 120, found 0'],
  ['ask', `${KITCHEN}/ask`, { text, timeout: '15' }, 'timeout: expected a number from 1 to 120, found "15"'],
  ['listen', `${KITCHEN}/listen`, { timeout: 121 }, 'timeout: expected a number from 1 to 120, found 121'],
  ['announce', '/v1/announce', { text, devices: [] }, 'devices: expected at least 1 element'],
  ['announce', '/v1/announce', { text, devices: ['a', ''] }, 'devices[1]: expected at least 1 character'],
  ['announce', '/v1/announce', { text, all: false }, 'all: expected true; found false'],
  ['a command', `${KITCHEN}/command`, { command: '' }, 'command: expected at least 1 character'],
  ['a call', `${KITCHEN}/tools/x`, { yaw: 20 }, 'yaw: unknown key; the only key is "arguments"'],
  ['a call', `${KITCHEN}/tools/x`, { arguments: 7 }, 'arguments: expected an object, found 7'],
] as const)('a body of %s that is not right: %s %j', async (_, path, body, detail) => {
  const { send } = await startApi();
  expect(await send(path, body)).toMatchObject({ status: 400, body: { code: 'bad_request', detail } });
});

it.each([
  [`${KITCHEN}/turns?limit=0`, 'limit: expected a whole number from 1 to 1000, found "0"'],
  [`${KITCHEN}/turns?limit=abc`, 'limit: expected a whole number from 1 to 1000, found "abc"'],
  [`${KITCHEN}/turns?limit=1.5`, 'limit: expected a whole number from 1 to 1000, found "1.5"'],
  [`${KITCHEN}/turns?limit=1&limit=2`, 'limit: expected a whole number from 1 to 1000, found a list'],
  ['/v1/turns?per_device=1001', 'per_device: expected a whole number from 1 to 1000, found "1001"'],
  [`${KITCHEN}/recordings?limit=-1`, 'limit: expected a whole number from 1 to 1000, found "-1"'],
  ['/v1/health?strict=maybe', 'strict: expected one of "0", "1", "false", "true"; found "maybe"'],
  ['/v1/events?transcripts=x', 'transcripts: expected one of "0", "1", "false", "true"; found "x"'],
])('a query that is not right: %s', async (path, detail) => {
  const { get } = await startApi();
  expect(await get(path)).toMatchObject({ status: 400, body: { code: 'bad_request', detail } });
});

it.each([
  [`${KITCHEN}/pcm`, { 'x-sample-rate': '1' }, 'x-sample-rate: expected a whole number from 4000 to 192000, found "1"'],
  [`${KITCHEN}/pcm`, { 'x-channels': '2' }, 'x-channels: expected "1"; found "2"'],
  [`${KITCHEN}/pcm?interrupt=1`, {}, 'interrupt: expected one of "true", "false"; found "1"'],
  [`${KITCHEN}/avatar-set?mode=x`, {}, 'mode: expected one of "layered", "matrix"; found "x"'],
  ['/v1/devices/unknown/12/confirm', {}, 'code: a code has six digits; found "12"'],
])('what stands around a body: %s %j', async (path, headers, detail) => {
  const { post } = await startApi();
  const answer = await post(path, { headers: { 'content-type': 'application/octet-stream', ...headers }, body: 'x' });
  expect(answer).toMatchObject({ status: 400, body: { code: 'bad_request', detail } });
});
