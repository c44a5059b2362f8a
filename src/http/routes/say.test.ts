import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { rawRequest, startApi } from '../../../test/support/api-server.ts';
import { deviceStatus } from '../../../test/support/devices/device-status.ts';
import type { SayResult } from '../../conversation/proactive/requests.ts';

const SAY = '/v1/devices/kitchen/say';
const ASK = '/v1/devices/kitchen/ask';
const played: SayResult = { outcome: 'played', heard: 'Dinner is ready.', spokenMs: 1234.6 };

/** A result that comes when the test wants it. */
function later<T>() {
  let settle = (_: T) => {};
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}

test('say waits for what was heard by the device', async () => {
  const { send, fleet } = await startApi();
  const result = later<SayResult>();
  fleet.said = () => result.promise;
  let answered = false;
  const answer = send(SAY, { text: '  Dinner is ready. ' }).finally(() => {
    answered = true;
  });
  await expect.poll(() => fleet.told).toHaveLength(1);
  expect(answered).toBe(false);
  result.settle(played);
  const { status, body } = await answer;
  expect([status, body]).toEqual([200, { outcome: 'played', heard: 'Dinner is ready.', spoken_ms: 1235, error: null }]);
  expect(fleet.told).toEqual([
    { device: 'kitchen', what: 'say', request: { text: 'Dinner is ready.', interrupt: false, listenAfter: false } },
  ]);
});

test('say hands its options on, and tells a failure', async () => {
  const { send, fleet } = await startApi();
  const error = { code: 'engine_timeout', message: 'no audio\nin 10 s' } as const;
  fleet.said = async () => ({ outcome: 'failed', heard: 'Din\u0007ner', spokenMs: 300, error });
  const options = { voice: 'De\u0301veloppeuse', interrupt: true, listen_after: true };
  expect((await send(SAY, { text: 'Dinner is ready.', ...options })).body).toEqual({
    outcome: 'failed',
    heard: 'Din ner',
    spoken_ms: 300,
    error: { code: 'engine_timeout', message: 'no audio in 10 s' },
  });
  expect(fleet.told[0]?.request).toEqual({
    text: 'Dinner is ready.',
    voice: 'Développeuse',
    interrupt: true,
    listenAfter: true,
  });
});

test('say without waiting is answered at once, and a fault of ours is in the log', async () => {
  const { send, fleet, errors } = await startApi();
  const result = later<SayResult>();
  fleet.said = () => result.promise;
  expect(await send(SAY, { text: 'hello', wait: false })).toMatchObject({ status: 202, body: { device: 'kitchen' } });
  result.settle(played);
  fleet.said = () => Promise.reject(new Error('CANARY'));
  expect((await send(SAY, { text: 'hello', wait: false })).status).toBe(202);
  await expect.poll(() => errors).toHaveLength(1);
  const waited = await send(SAY, { text: 'hello' });
  expect([waited.status, waited.body.code, JSON.stringify(waited.body).includes('CANARY')]).toEqual([
    500,
    'internal',
    false,
  ]);
});

test('ask answers with what the user said', async () => {
  const { send, fleet } = await startApi();
  fleet.asked = async () => ({ outcome: 'answered', answer: 'yes\tplease', heard: 'Tea?', spokenMs: 400 });
  expect(await send(ASK, { text: 'Tea?', timeout: 120, voice: 'Charles' })).toMatchObject({ status: 200 });
  expect((await send(ASK, { text: 'Tea?' })).body).toEqual({
    outcome: 'answered',
    answer: 'yes please',
    heard: 'Tea?',
    spoken_ms: 400,
    error: null,
  });
  expect(fleet.told.map(({ request }) => request)).toEqual([
    { text: 'Tea?', timeoutMs: 120_000, voice: 'Charles' },
    { text: 'Tea?', timeoutMs: 15_000 },
  ]);
});

test('a device that cannot speak gives a reason, and when to try again', async () => {
  const { send, fleet } = await startApi({
    devices: [
      deviceStatus({ name: 'kitchen' }),
      deviceStatus({ name: 'away' }, { state: 'backoff' }),
      deviceStatus({ name: 'off', enabled: false }),
    ],
  });
  for (const what of ['say', 'ask']) {
    const refused = async (name: string) => {
      const { status, body, headers } = await send(`/v1/devices/${name}/${what}`, { text: 'hello' });
      expect(headers.get('content-type'), name).toBe('application/problem+json');
      return [status, body.code, headers.get('retry-after')];
    };
    fleet.said = () => 'busy';
    fleet.asked = () => 'busy';
    expect(await refused('kitchen')).toEqual([429, 'busy', '5']);
    expect(await refused('away')).toEqual([409, 'not_connected', null]);
    expect(await refused('off')).toEqual([404, 'device_disabled', null]);
    for (const name of ['nobody', '__proto__', 'constructor', '..%2f..%2fetc%2fpasswd', '%00%E0%A4%A']) {
      expect(await refused(name), name).toEqual([404, 'unknown_device', null]);
    }
  }
});

test('a name is found however its letters are composed', async () => {
  const { send, fleet } = await startApi({ devices: [deviceStatus({ name: 'Küche' })] });
  expect((await send('/v1/devices/Ku%CC%88che/say', { text: 'hallo' })).status).toBe(200);
  expect(fleet.told[0]?.device).toBe('Küche');
});

test('a body that is not right is told as such, and nothing is said', async () => {
  const { send, post, fleet, errors } = await startApi();
  const wrong: [string, unknown, string][] = [
    [SAY, {}, 'text'],
    [SAY, { text: '' }, 'text'],
    [SAY, { text: ' \n ' }, 'text'],
    [SAY, { text: 7 }, 'text'],
    [SAY, { text: '🎉 …' }, 'nothing in it that can be spoken'],
    [SAY, { text: '```rm -rf```' }, 'nothing in it that can be spoken'],
    [SAY, { text: 'x'.repeat(2_001) }, '2000'],
    [SAY, { text: 'hello', voice: 'Nobody' }, 'voice'],
    [SAY, { text: 'hello', interrupt: 'yes' }, 'interrupt'],
    [SAY, { text: 'hello', listen_afer: true }, 'listen_afer'],
    [SAY, { text: 'hello', timeout: 5 }, 'timeout'],
    [SAY, [], 'the body: expected an object'],
    [SAY, null, 'the body: expected an object'],
    [SAY, 'hello', 'the body: expected an object'],
    [SAY, JSON.parse('{"text": "hello", "__proto__": {"wait": false}}'), '__proto__'],
    [ASK, { text: 'Tea?', timeout: 0 }, 'timeout'],
    [ASK, { text: 'Tea?', timeout: 121 }, 'timeout'],
    [ASK, { text: 'Tea?', timeout: '15' }, 'timeout'],
    [ASK, { text: 'Tea?', listen_after: true }, 'listen_after'],
  ];
  for (const [path, request, told] of wrong) {
    const { status, body } = await send(path, request);
    expect([status, body.code], JSON.stringify(request)).toEqual([400, 'bad_request']);
    expect(body.detail).toContain(told);
  }
  const json = { 'content-type': 'application/json' };
  for (const body of ['', '{', 'hello', '{"text": "hello"', '\u0000', `${'['.repeat(5_000)}`]) {
    expect((await post(SAY, { headers: json, body })).status, body.slice(0, 20)).toBe(400);
  }
  expect((await post(SAY, { headers: json })).status).toBe(400);
  expect((await post(SAY)).status).toBe(400);
  expect(await post(SAY, { headers: json, body: '{"text": 1e999}' })).toMatchObject({ status: 400 });
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '']) {
    const refused = await post(SAY, { headers: { 'content-type': type }, body: '{"text": "hello"}' });
    expect([refused.status, refused.body.code], type).toEqual([415, 'bad_request']);
  }
  expect(fleet.told).toEqual([]);
  expect(errors).toEqual([]);
});

test('the longest text gets through in any script and spelling, and a longer body is refused', async () => {
  const { send, post, raw, fleet } = await startApi();
  for (const letter of ['x', 'ü', '語']) {
    expect((await send(SAY, { text: letter.repeat(2_000) })).status, letter).toBe(200);
  }
  const escaped = `{"text": "${'\\u8a9e'.repeat(2_000)}"}`;
  const headers = { 'content-type': 'application/json' };
  expect((await post(SAY, { headers, body: escaped })).status).toBe(200);
  expect(fleet.told).toHaveLength(4);
  for (const path of [SAY, ASK]) {
    expect((await send(path, { text: 'x'.repeat(16_384) })).status).toBe(413);
  }
  const request = `POST ${SAY} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n`;
  const chunked = '11\r\n{"text": "hello"}\r\n0\r\n\r\n';
  expect((await raw(`${request}Transfer-Encoding: chunked\r\n\r\n${chunked}`)).status).toBe(200);
  const untyped = request.replace(/Content-Type: .*\r\n/, 'Content-Length: 17\r\n');
  expect((await raw(`${untyped}\r\n{"text": "hello"}`)).status).toBe(415);
  expect(fleet.told).toHaveLength(5);
});

test('a client that goes away stops nothing and breaks nothing', async () => {
  const { fleet, port, errors, send } = await startApi();
  const result = later<SayResult>();
  fleet.said = () => result.promise;
  const text = JSON.stringify({ text: 'hello' });
  const head = `POST ${SAY} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: `;
  const socket = connect(port, '127.0.0.1');
  socket.write(`${head}${text.length}\r\n\r\n${text}`);
  await expect.poll(() => fleet.told).toHaveLength(1);
  socket.destroy();
  await once(socket, 'close');
  // Half a body, and nothing more.
  const half = connect(port, '127.0.0.1');
  half.write(`${head}100\r\n\r\n{"text`);
  await new Promise((resolve) => setTimeout(resolve, 20));
  half.destroy();
  await once(half, 'close');
  result.settle(played);
  expect((await send(SAY, { text: 'hello' })).body.outcome).toBe('played');
  expect(fleet.told).toHaveLength(2);
  expect(errors).toEqual([]);
});

test('who waits for a device does not hold the process when it ends', async () => {
  const { fleet, server, port } = await startApi();
  fleet.said = () => new Promise<SayResult>(() => {});
  const text = JSON.stringify({ text: 'hello' });
  const pending = rawRequest(
    port,
    `POST ${SAY} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
  );
  await expect.poll(() => fleet.told).toHaveLength(1);
  await server.close();
  expect((await pending).status).toBe(0);
});

test('a voice that is not in the book is refused, and those that are get named', async () => {
  const { send, fleet } = await startApi();
  const announce = { all: true, text: 'hello', voice: 'Nobody' };
  for (const [path, body] of [
    [SAY, { text: 'hello', voice: 'Nobody' }],
    [ASK, { text: 'hello', voice: 'watercooler' }],
    ['/v1/announce', announce],
  ] as const) {
    expect((await send(path, body)).body, path).toMatchObject({
      status: 400,
      code: 'bad_request',
      detail: 'voice: expected one of "Watercooler", "Gertrude", "Dev (news)", "Charles", "Développeuse", "Fabieng"',
    });
  }
  expect(fleet.told).toEqual([]);
  expect((await send('/v1/announce', { ...announce, voice: 'Charles' })).status).toBe(200);
});
