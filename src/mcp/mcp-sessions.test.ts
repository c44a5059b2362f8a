import { describe, expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../core/manual-clock.ts';
import { ownArchives } from './archives.ts';
import type { Backend } from './backend.ts';
import { type McpCaller, McpSessions } from './mcp-sessions.ts';
import type { TouchTemplates } from './touch-notice.ts';

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

/** Sessions over a backend with one device that says what it is told. */
function setUp(said: Promise<unknown> = Promise.resolve({ outcome: 'played' }), touches: TouchTemplates = {}) {
  const clock = new ManualClock(0);
  const errors: unknown[] = [];
  const asked: (AbortSignal | undefined)[] = [];
  const sessions = new McpSessions({
    clock,
    device: undefined,
    archives: ownArchives(),
    touches,
    version: '1',
    onError: (error) => errors.push(error),
  });
  onTestFinished(() => sessions.close());
  const backend: Backend = {
    get: async () => ({ devices: [{ name: 'kitchen' }] }),
    post: (_path, _body, signal) => {
      asked.push(signal);
      return said;
    },
    upload: () => said,
  };
  const caller: McpCaller = { owner: 'me', mayWrite: true, backend, device: undefined };
  const send = (body: unknown, id?: string, more: Partial<McpCaller> = {}) => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(id === undefined ? {} : { 'mcp-session-id': id }),
    };
    const request = new Request('http://localhost/mcp', { method: 'POST', headers, body: JSON.stringify(body) });
    return sessions.handle(request, { ...caller, ...more });
  };
  /** Begins a session; its id. */
  const begin = async () => {
    const response = await send(INITIALIZE);
    await response.text();
    return response.headers.get('mcp-session-id') ?? '';
  };
  const listen = (id: string) =>
    sessions.handle(
      new Request('http://localhost/mcp', { headers: { accept: 'text/event-stream', 'mcp-session-id': id } }),
      caller,
    );
  return { asked, clock, errors, sessions, send, begin, listen };
}

/** Reads a stream until it has said what matches. */
async function read(response: Response, pattern: RegExp): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (reader && !pattern.test(text)) {
    const { value, done } = await reader.read();
    if (done) break;
    text += decoder.decode(value);
  }
  reader?.releaseLock();
  return text;
}

describe('sessions', () => {
  it('begin with initialize, and with nothing else', async () => {
    const { sessions, send, begin } = setUp();
    const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
    expect((await send(ping)).status).toBe(400);
    expect(sessions.size).toBe(0);
    const id = await begin();
    expect(sessions.size).toBe(1);
    expect((await send(ping, id)).status).toBe(200);
    expect((await send(ping, 'another')).status).toBe(404);
    // Another token.
    expect((await send(ping, id, { owner: 'you' })).status).toBe(404);
  });

  it('are at most 100; the one that was idle for longest makes room, one with an open stream does not', async () => {
    const { clock, sessions, send, begin, listen } = setUp();
    const first = await begin();
    const stream = await listen(first);
    const second = await begin();
    for (let index = 2; index < 100; index++) await begin();
    expect(sessions.size).toBe(100);
    expect((await send(INITIALIZE)).status).toBe(503);
    clock.advance(1_000);
    await begin();
    expect(sessions.size).toBe(100);
    const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
    expect((await send(ping, second)).status).toBe(404);
    expect((await send(ping, first)).status).toBe(200);
    await stream.body?.cancel();
  });

  it('end when the client says so, and with the process: streams too', async () => {
    const { sessions, begin, listen, send } = setUp();
    const ended = await begin();
    const request = new Request('http://localhost/mcp', { method: 'DELETE', headers: { 'mcp-session-id': ended } });
    const backend = { get: async () => ({}), post: async () => ({}), upload: async () => ({}) };
    await sessions.handle(request, { owner: 'me', mayWrite: true, backend, device: undefined });
    expect(sessions.size).toBe(0);
    const stream = await listen(await begin());
    await sessions.close();
    expect(await read(stream, /never/)).toBe('');
    expect((await send(INITIALIZE)).status).toBe(503);
  });
});

it('a call that its client cancels is given up', async () => {
  const never = new Promise<unknown>(() => undefined);
  const { asked, send, begin } = setUp(never);
  const id = await begin();
  const call = { name: 'say', arguments: { device: 'kitchen', text: 'Hello' } };
  const answer = await send({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: call }, id);
  await expect.poll(() => asked).toHaveLength(1);
  expect(asked[0]?.aborted).toBe(false);
  await send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } }, id);
  expect(asked[0]?.aborted).toBe(true);
  await answer.body?.cancel();
});

describe('notifications', () => {
  it('of a fleet that changes come at most twice a second, and of other events not at all', async () => {
    const { clock, sessions, begin, listen } = setUp();
    const stream = await listen(await begin());
    sessions.heard({ type: 'turn.ended', device: 'kitchen' });
    expect(clock.pending).toBe(0);
    for (let index = 0; index < 50; index++) sessions.heard({ type: 'device.state', device: `d${index}` });
    sessions.heard({ type: 'config.reloaded' });
    expect(clock.pending).toBe(1);
    clock.advance(500);
    const told = await read(stream, /list_changed/);
    expect(told.match(/notifications\/tools\/list_changed/g)).toHaveLength(1);
    await stream.body?.cancel();
  });

  it('of touches come as the stackchan gateway tells them, to a client that is about the device', async () => {
    const { sessions, begin, listen } = setUp();
    const stream = await listen(await begin());
    const at = '2026-01-01T12:00:00.000Z';
    sessions.heard({
      type: 'device.touch',
      device: 'robot',
      gesture: 'stroke',
      duration_ms: 420,
      ts: 123_456,
      session_id: 's-1',
      at,
    });
    const told = await read(stream, /stackchan\/event/);
    const data = told.split('\n').find((line) => line.startsWith('data: {'));
    expect(JSON.parse((data ?? '').slice(6))).toMatchObject({
      method: 'stackchan/event',
      params: {
        event_type: 'touch',
        subtype: 'stroke',
        action: 'head_stroke',
        duration_ms: 420,
        ts: 123_456,
        session_id: 's-1',
        device: 'robot',
      },
    });
    await stream.body?.cancel();
  });

  it('of touches come in words too, for gestures that have a template', async () => {
    const { sessions, begin, listen } = setUp(undefined, {
      stroke: '({device}: {gesture}, {duration_ms} ms, {action}, {subtype}, {session_id}, {nothing}, {constructor} {})',
    });
    const stream = await listen(await begin());
    const at = '2026-01-01T12:00:00.500Z';
    sessions.heard({
      type: 'device.touch',
      device: 'tapped',
      gesture: 'tap',
      duration_ms: 10,
      ts: 1,
      session_id: 's-1',
      at,
    });
    // What a device is called is no template.
    sessions.heard({
      type: 'device.touch',
      device: '{action}',
      gesture: 'stroke',
      duration_ms: 420,
      ts: 2,
      session_id: 's-1',
      at,
    });
    const told = await read(stream, /claude\/channel/);
    const messages = told
      .split('\n')
      .flatMap((line) => (line.startsWith('data: {') ? [JSON.parse(line.slice(6))] : []));
    expect(messages.map(({ method }) => method)).toEqual([
      'stackchan/event',
      'stackchan/event',
      'notifications/claude/channel',
    ]);
    expect(messages[2].params).toEqual({
      content: '({action}: stroke, 420 ms, head_stroke, stroke, s-1, {nothing}, {constructor} {})',
      meta: {
        event_type: 'touch',
        subtype: 'stroke',
        action: 'head_stroke',
        duration_ms: '420',
        ts: '2',
        session_id: 's-1',
        ts_unix: String(Math.floor(Date.parse(at) / 1000)),
        device: '{action}',
      },
    });
    await stream.body?.cancel();
  });

  it('in words are announced only when there are any', async () => {
    const announced = async (touches: TouchTemplates) => (await setUp(undefined, touches).send(INITIALIZE)).text();
    expect(await announced({})).not.toContain('claude/channel');
    expect(await announced({ tap: 'pat' })).toContain('"claude/channel":{}');
  });

  it('of progress come every 10 s while a call lasts, to a client that asks for them', async () => {
    let finish = (_: unknown) => {};
    const said = new Promise((resolve) => {
      finish = resolve;
    });
    const { clock, send, begin } = setUp(said);
    const id = await begin();
    const call = {
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'say', arguments: { device: 'kitchen', text: 'Hello' }, _meta: { progressToken: 'p' } },
    };
    const response = await send(call, id);
    await expect.poll(() => clock.pending).toBe(1);
    clock.advance(10_000);
    expect(await read(response, /"progress":1/)).toContain('notifications/progress');
    clock.advance(10_000);
    expect(await read(response, /"progress":2/)).toContain('"progressToken":"p"');
    finish({ outcome: 'played' });
    expect(await read(response, /"result"/)).toContain('played');
    expect(clock.pending).toBe(0);
  });
});
