import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type CallToolResult, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, it, onTestFinished } from 'vitest';
import { demoSample } from './support/audio/demo-samples.ts';
import { startBackend } from './support/backend.ts';
import { InboundDevice } from './support/devices/inbound-device.ts';
import { xiaozhiDevice } from './support/devices/xiaozhi-device.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const LISTEN = { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' };
const QUIET = { greeting: false, long_silence: false, idle_timeout: false };
const TOY = { name: 'toy', protocol: 'xiaozhi', direction: 'accept', id: '02:00:00:00:00:01', ...QUIET };
const ROBOT = { name: 'robot', protocol: 'pcm', direction: 'accept', id: 'robot', ...QUIET };

const FLEET_TOOLS = [
  'list_devices',
  'get_status',
  'say',
  'ask',
  'listen',
  'announce',
  'interrupt',
  'take_photo',
  'device_tool',
];

/** A client of the SDK, for the length of a test. */
async function mcpClient(url: string, { token, query = '' }: { token?: string; query?: string } = {}) {
  const client = new Client({ name: 'test', version: '1' });
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp${query}`), { requestInit: { headers } });
  let changes = 0;
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    changes += 1;
  });
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  onTestFinished(() => client.close());
  const names = async () => (await client.listTools()).tools.map(({ name }) => name);
  const call = async (name: string, args: Record<string, unknown> = {}) => {
    const { content, isError } = (await client.callTool({ name, arguments: args })) as CallToolResult;
    const [first] = content;
    const text = first?.type === 'text' ? first.text : '';
    return { text, isError: isError ?? false, json: () => JSON.parse(text) };
  };
  return { client, transport, names, call, changes: () => changes };
}

it('a client of the Model Context Protocol runs the fleet', async () => {
  const time = new VirtualTime();
  const { app } = await startBackend([], {
    time,
    env: LISTEN,
    more: [TOY, { ...ROBOT, activation: 'push_to_talk', commands: ['blink', 'reboot'] }],
  });
  const toy = xiaozhiDevice(app.listenPort, { clock: time.clock, kind: 'stackchan' });
  await time.during(toy.connect());
  const tools = () => app.fleet.tools('toy');
  await time.until(() => {
    const has = tools();
    return typeof has !== 'string' && has.list().length > 0;
  });
  const { client, names, call, changes } = await time.during(mcpClient(app.url));
  const during = (name: string, args?: Record<string, unknown>) => time.during(call(name, args));

  expect(client.getServerVersion()).toMatchObject({ name: 'dialtone', version: 'test' });
  expect(await time.during(names())).toEqual(FLEET_TOOLS);
  expect((await during('list_devices')).json()).toMatchObject([
    { name: 'toy', connected: true, activity: 'idle' },
    { name: 'robot', connected: false, state: 'waiting' },
  ]);
  const status = (await during('get_status', { device: 'toy' })).json();
  const has = status.tools.map(({ name }: { name: string }) => name);
  expect(has).toContain('self.robot.set_head_angles');
  expect(has).not.toContain('self.reboot');

  expect(
    await during('device_tool', {
      device: 'toy',
      tool: 'self.robot.set_head_angles',
      arguments: { yaw: 30, pitch: 10 },
    }),
  ).toMatchObject({ text: 'true', isError: false });
  expect(toy.parts.head).toEqual({ yaw: 30, pitch: 10 });

  // What fails says why.
  expect(await during('device_tool', { device: 'toy', tool: 'self.reboot' })).toMatchObject({
    isError: true,
    text: expect.stringContaining("has no function 'self.reboot' for you"),
  });
  expect(toy.parts.reboots).toBe(0);
  expect(
    await during('device_tool', { device: 'toy', tool: 'self.robot.set_head_angles', arguments: { yaw: 400 } }),
  ).toMatchObject({ isError: true, text: expect.stringContaining('Value is out of range for yaw') });
  expect(await during('say', { device: 'robot', text: 'Hello' })).toMatchObject({
    isError: true,
    text: expect.stringContaining("Device 'robot' is not connected"),
  });
  expect(await during('say', { device: 'nobody', text: 'Hello' })).toMatchObject({
    isError: true,
    text: expect.stringContaining('There is no device of this name'),
  });
  expect(await during('say', { text: 'Hello' })).toMatchObject({
    isError: true,
    text: expect.stringContaining('device'),
  });
  await expect(time.during(call('dance'))).rejects.toThrow('there is no tool "dance"');
  expect(await during('take_photo', { device: 'toy' })).toMatchObject({ isError: true });

  // The device that was away comes, and the client is told.
  const before = changes();
  const robot = await time.during(InboundDevice.dial(app.listenPort, '/ws?id=robot'));
  await time.until(() => changes() > before);
  expect((await during('say', { device: 'robot', text: 'Dinner is ready.' })).json()).toMatchObject({
    outcome: 'played',
    heard: 'Dinner is ready.',
  });
  expect(robot.heardSeconds).toBeGreaterThan(0.5);
  expect((await during('device_tool', { device: 'robot', tool: 'blink', arguments: { times: 2 } })).isError).toBe(
    false,
  );
  expect(robot.of('server_command')).toEqual([{ command: 'blink', times: 2 }]);

  // What a person says reaches the client.
  const sample = demoSample('01.wav');
  const listens = () => (robot.of('server_status').at(-1) as { listening?: boolean } | undefined)?.listening === true;
  const listening = call('listen', { device: 'robot' });
  await time.until(listens);
  // The echo of what it said before is over.
  await time.pass(1_000);
  await time.during(robot.speak(sample.samples, time.clock));
  expect((await time.during(listening)).json()).toEqual({ outcome: 'answered', transcript: sample.text });
  await time.until(() => !listens());
  const asking = call('ask', { device: 'robot', text: 'Tell me.' });
  await time.until(listens);
  await time.pass(1_000);
  await time.during(robot.speak(sample.samples, time.clock));
  expect((await time.during(asking)).json()).toMatchObject({ outcome: 'answered', answer: sample.text });
  expect((await during('interrupt', { device: 'robot' })).json()).toEqual({ interrupted: false });
  expect(Object.keys((await during('announce', { text: 'Good night.' })).json().devices)).toEqual(['toy', 'robot']);
});

it('one device is driven by the names of the stackchan gateway', async () => {
  const time = new VirtualTime();
  const { app } = await startBackend([], { time, env: { ...LISTEN, MCP_DEVICE: 'toy' }, more: [TOY, ROBOT] });
  const { names, call, changes } = await time.during(mcpClient(app.url));
  expect(await time.during(names())).toEqual(FLEET_TOOLS);
  const toy = xiaozhiDevice(app.listenPort, { clock: time.clock, kind: 'stackchan' });
  await time.during(toy.connect());
  await time.until(() => {
    const tools = app.fleet.tools('toy');
    return typeof tools !== 'string' && tools.list().length > 0;
  });
  await time.until(() => changes() > 0);
  const offered = await time.during(names());
  expect(offered.slice(FLEET_TOOLS.length)).toEqual([
    'get_device_info',
    'set_volume',
    'move_head',
    'set_led',
    'set_avatar',
    'load_avatar_set',
  ]);
  const during = (name: string, args?: Record<string, unknown>) => time.during(call(name, args));
  expect((await during('move_head', { yaw: -40, pitch: 20, speed: 'low' })).text).toBe('true');
  expect(toy.parts.head).toEqual({ yaw: -40, pitch: 20 });
  expect((await during('move_head', { yaw: 400, pitch: 20 })).isError).toBe(true);
  await during('set_led', { color: '#ff0000' });
  expect(toy.parts.led).toBe('#ff0000');
  await during('set_avatar', { face: 'happy' });
  expect((await during('get_device_info')).json()).toMatchObject({ led: '#ff0000', face: 'happy' });
  expect((await during('say', { text: 'Hello there.' })).json()).toMatchObject({ outcome: 'played' });
  expect((await during('get_status')).json()).toMatchObject({ name: 'toy' });

  // Another device of the same backend, by its address.
  const other = await time.during(mcpClient(app.url, { query: '?device=robot' }));
  expect((await time.during(other.call('get_status'))).json()).toMatchObject({ name: 'robot' });
  toy.off();
  const before = changes();
  await time.until(() => changes() > before);
  expect(await time.during(names())).toEqual(FLEET_TOOLS);
  expect(await during('move_head', { yaw: 0, pitch: 20 }).catch(String)).toContain('there is no tool "move_head"');
});

it('a device that dials in is waited for', async () => {
  const time = new VirtualTime();
  const { app } = await startBackend([], { time, env: LISTEN, more: [{ ...ROBOT, activation: 'push_to_talk' }] });
  const { call } = await time.during(mcpClient(app.url));
  const inTime = { device: 'robot', text: 'Hello there.', wait_for_device: 20 };
  expect(await time.during(call('say', { ...inTime, wait_for_device: 0 }))).toMatchObject({
    isError: true,
    text: expect.stringContaining('is not connected'),
  });
  expect((await time.during(call('announce', { text: 'Hello.', wait_for_device: 1 }))).json()).toEqual({
    devices: { robot: { refused: 'not_connected' } },
  });
  const said = call('say', inTime);
  const announced = call('announce', { text: 'Dinner.', wait_for_device: 20 });
  const heard = call('listen', { wait_for_device: 20, timeout: 1 });
  const asked = call('ask', { text: 'Tea?', wait_for_device: 20, timeout: 1 });
  await time.during(InboundDevice.dial(app.listenPort, '/ws?id=robot'));
  expect((await time.during(said)).json()).toMatchObject({ outcome: 'played', heard: 'Hello there.' });
  expect((await time.during(announced)).json()).toMatchObject({ devices: { robot: { outcome: 'played' } } });
  expect((await time.during(heard)).json()).toMatchObject({ outcome: 'no_answer' });
  expect((await time.during(asked)).json()).toMatchObject({ outcome: 'no_answer' });
});

it('a call that is cancelled does not keep others waiting', async () => {
  const time = new VirtualTime();
  const { app } = await startBackend([], { time, env: LISTEN, more: [TOY] });
  const muteTool = 'self.led.set_color';
  const toy = xiaozhiDevice(app.listenPort, { clock: time.clock, kind: 'stackchan', muteTool });
  await time.during(toy.connect());
  await time.until(() => {
    const tools = app.fleet.tools('toy');
    return typeof tools !== 'string' && tools.list().length > 0;
  });
  const { client } = await time.during(mcpClient(app.url));
  const asked = () => toy.of('mcp').filter((message) => JSON.stringify(message).includes('tools/call')).length;
  const given = new AbortController();
  const set = (signal?: AbortSignal) =>
    client
      .callTool({ name: 'set_led', arguments: { color: '#ff0000' } }, undefined, signal ? { signal } : {})
      .catch(String);
  // From here on the clock of the backend stands still: no call times out.
  const first = set(given.signal);
  await expect.poll(asked).toBe(1);
  const second = set();
  given.abort();
  expect(await first).toContain('abort');
  await expect.poll(asked).toBe(2);
  toy.off();
  expect(await time.during(second)).toMatchObject({ isError: true });
});

it('the device of a fleet of one need not be named', async () => {
  const time = new VirtualTime();
  const { app } = await startBackend([], { time, env: LISTEN, more: [TOY, { ...ROBOT, enabled: false }] });
  const { names, call, changes } = await time.during(mcpClient(app.url));
  // While it is away, a client that knows its functions is told why they are none.
  expect(await time.during(names())).toEqual(FLEET_TOOLS);
  const missing = await time.during(call('move_head', { yaw: 0, pitch: 20 }).catch(String));
  expect(missing).toContain('there is no tool "move_head": Device \'toy\' is not connected');
  const toy = xiaozhiDevice(app.listenPort, { clock: time.clock, kind: 'stackchan' });
  await time.during(toy.connect());
  await time.until(() => {
    const tools = app.fleet.tools('toy');
    return typeof tools !== 'string' && tools.list().length > 0;
  });
  await time.until(() => changes() > 0);
  expect(await time.during(names())).toContain('move_head');
  expect((await time.during(call('move_head', { yaw: -40, pitch: 20 }))).text).toBe('true');
  expect(toy.parts.head).toEqual({ yaw: -40, pitch: 20 });
  expect((await time.during(call('get_status'))).json()).toMatchObject({ name: 'toy' });
  expect((await time.during(call('say', { text: 'Hello there.' }))).json()).toMatchObject({ outcome: 'played' });
});

it('a face is loaded into a stackchan from the folder for faces, and from nowhere else', async () => {
  const time = new VirtualTime();
  const state = mkdtempSync(join(tmpdir(), 'dialtone-mcp-'));
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  mkdirSync(join(state, 'avatar-sets'));
  const face = randomBytes(14 * 38_400);
  writeFileSync(join(state, 'avatar-sets', 'cat.bin'), face);
  writeFileSync(join(state, 'avatar-sets', 'tiny.bin'), 'tiny');
  writeFileSync(join(state, 'secret.bin'), 'secret');
  const { app } = await startBackend([], {
    time,
    env: { ...LISTEN, MCP_DEVICE: 'toy', STATE_DIR: state },
    more: [{ ...TOY, persistent: true }],
  });
  const toy = xiaozhiDevice(app.listenPort, { clock: time.clock, kind: 'stackchan' });
  await time.during(toy.connect());
  const { call, names } = await time.during(mcpClient(app.url));
  await time.until(() => app.fleet.get('toy')?.state === 'ready');
  await expect.poll(() => time.during(names())).toContain('load_avatar_set');
  const load = (args: Record<string, unknown>) => time.during(call('load_avatar_set', args));
  const checksum = `sha256:${createHash('sha256').update(face).digest('hex')}`;
  const loaded = await load({ archive_path: 'cat.bin', mode: 'layered', timeout: 20 });
  expect(loaded.json()).toEqual({ ok: true, checksum, bytes_transferred: 537_600 });
  expect(toy.parts.avatarSet).toEqual({ mode: 'layered', checksum });
  expect((await load({ archive_path: join(state, 'avatar-sets', 'cat.bin'), mode: 'layered' })).isError).toBe(false);

  for (const archive_path of ['../secret.bin', join(state, 'secret.bin'), '/etc/hostname', 'dog.bin', '.']) {
    const refused = await load({ archive_path, mode: 'layered' });
    expect(refused).toMatchObject({ isError: true, text: expect.stringContaining('there is no such file') });
    expect(refused.json()).toMatchObject({ ok: false });
  }
  // What the robot says of it reaches the client.
  const wrong = await load({ archive_path: 'tiny.bin', mode: 'layered' });
  expect(wrong).toMatchObject({ isError: true, text: expect.stringContaining('load_failed') });
  expect((await load({ archive_path: 'cat.bin', mode: 'other' })).isError).toBe(true);
});

it('a client may do what its token may do', async () => {
  const [write, read] = ['write-token-0123456789abcdef', 'read-token-0123456789abcdef'];
  const { app, log } = await startBackend([], {
    env: { ...LISTEN, API_TOKEN: write, API_READ_TOKEN: read, MCP_DEVICE: 'robot' },
    more: [{ ...ROBOT, commands: ['blink'] }],
  });
  await InboundDevice.dial(app.listenPort, '/ws?id=robot');
  await expect.poll(() => app.fleet.get('robot')?.state).toBe('ready');
  await expect(mcpClient(app.url)).rejects.toThrow(/401|Unauthorized|token/);
  await expect(mcpClient(app.url, { token: 'wrong-token-0123456789abcdef' })).rejects.toThrow();

  const reader = await mcpClient(app.url, { token: read });
  expect(await reader.names()).toEqual(['list_devices', 'get_status']);
  expect((await reader.call('list_devices')).json()).toMatchObject([{ name: 'robot' }]);
  await expect(reader.call('interrupt')).rejects.toThrow('there is no tool');
  await expect(reader.call('blink')).rejects.toThrow('there is no tool');
  const writer = await mcpClient(app.url, { token: write });
  expect(await writer.names()).toEqual([...FLEET_TOOLS, 'blink']);
  expect((await writer.call('blink')).isError).toBe(false);

  // A session is its owner's alone.
  const stolen = await fetch(`${app.url}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${read}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': writer.transport.sessionId ?? '',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'blink', arguments: {} } }),
  });
  expect(stolen.status).toBe(404);
  expect(log()).not.toContain(write);
});

it('bad requests get an answer and leave nothing behind', async () => {
  const { app } = await startBackend([], { env: LISTEN, more: [ROBOT] });
  const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const statusOf = async (init: RequestInit) => {
    const response = await fetch(`${app.url}/mcp`, init);
    await response.body?.cancel();
    return response.status;
  };
  const post = (body: string, headers: Record<string, string> = {}) =>
    statusOf({ method: 'POST', headers: { ...json, ...headers }, body });
  const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
  expect(await statusOf({})).toBe(400);
  expect(await statusOf({ method: 'DELETE' })).toBe(400);
  expect(await statusOf({ method: 'PUT' })).toBe(405);
  expect(await post('{')).toBe(400);
  expect(await post('[]')).toBe(400);
  expect(await post(ping)).toBe(400);
  expect(await post(ping, { 'mcp-session-id': 'x' })).toBe(404);
  expect(await post(ping, { 'content-type': 'text/plain' })).toBe(415);
  expect(await post(`"${'x'.repeat(300_000)}"`)).toBe(413);
  expect(await post(ping, { origin: 'https://elsewhere.example' })).toBe(403);
  expect(await post(ping, { host: 'elsewhere.example' })).not.toBe(200);
  const { names, client } = await mcpClient(app.url);
  expect(await names()).toHaveLength(FLEET_TOOLS.length);
  const { paths } = (await (await fetch(`${app.url}/openapi.json`)).json()) as { paths: Record<string, object> };
  expect(Object.keys(paths['/mcp'] ?? {})).toEqual(['post', 'get', 'delete']);
  await client.close();
});
