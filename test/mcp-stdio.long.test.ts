import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { type CallToolResult, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, it, onTestFinished } from 'vitest';
import { startBackend } from './support/backend.ts';
import { xiaozhiDevice } from './support/devices/xiaozhi-device.ts';

const TOKEN = 'write-token-0123456789abcdef';
const TOY = {
  name: 'toy',
  protocol: 'xiaozhi',
  direction: 'accept',
  id: '02:00:00:00:00:01',
  greeting: false,
  long_silence: false,
  idle_timeout: false,
};

/** `dialtone mcp` as a client starts it. */
async function startedByClient(env: Readonly<Record<string, string>>) {
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [fileURLToPath(new URL('../dist/main.js', import.meta.url)), 'mcp'],
    env: { PATH: process.env.PATH ?? '', ...env },
    stderr: 'pipe',
  });
  let err = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  let changes = 0;
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    changes += 1;
  });
  await client.connect(transport);
  onTestFinished(() => client.close());
  const call = async (name: string, args: Record<string, unknown> = {}) => {
    const { content, isError } = (await client.callTool({ name, arguments: args })) as CallToolResult;
    return { text: content[0]?.type === 'text' ? content[0].text : '', isError: isError ?? false };
  };
  const names = async () => (await client.listTools()).tools.map(({ name }) => name);
  return { client, transport, call, names, changes: () => changes, err: () => err };
}

it('a client starts "dialtone mcp", drives a device, and hears of its coming and going', async () => {
  const { app } = await startBackend([], {
    env: { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1', API_TOKEN: TOKEN },
    more: [TOY],
  });
  const { port } = new URL(app.url);
  const { client, call, names, changes, transport, err } = await startedByClient({
    PORT: port,
    API_TOKEN: TOKEN,
    MCP_DEVICE: 'toy',
  });
  expect(client.getServerVersion()?.name).toBe('dialtone');
  expect(await names()).toContain('list_devices');
  expect(await names()).not.toContain('move_head');
  const toy = xiaozhiDevice(app.listenPort, { kind: 'stackchan' });
  await toy.connect();
  await expect.poll(changes, { timeout: 60_000 }).toBeGreaterThan(0);
  await expect.poll(names, { timeout: 60_000 }).toContain('move_head');
  expect(await call('move_head', { yaw: 25, pitch: 15 })).toEqual({ text: 'true', isError: false });
  expect(toy.parts.head).toEqual({ yaw: 25, pitch: 15 });
  expect(JSON.parse((await call('say', { text: 'Hello.' })).text)).toMatchObject({
    outcome: 'played',
    heard: 'Hello.',
  });

  // Its own files are the client's to name.
  const face = join(mkdtempSync(join(tmpdir(), 'dialtone-mcp-')), 'face.bin');
  onTestFinished(() => rmSync(dirname(face), { recursive: true, force: true }));
  writeFileSync(face, Buffer.alloc(14 * 38_400));
  const loaded = await call('load_avatar_set', { archive_path: face, mode: 'layered' });
  expect(JSON.parse(loaded.text)).toMatchObject({ ok: true, bytes_transferred: 537_600 });
  expect(toy.parts.avatarSet?.mode).toBe('layered');

  const { pid } = transport;
  await client.close();
  await expect.poll(() => isRunning(pid), { timeout: 60_000 }).toBe(false);
  expect(err()).not.toContain(TOKEN);
});

it('a client that comes before the backend, or with a wrong token, is told what to do', async () => {
  const early = await startedByClient({ PORT: '1' });
  expect(await early.names()).toContain('say');
  expect(await early.call('list_devices')).toMatchObject({
    isError: true,
    text: expect.stringContaining('no answer from http://127.0.0.1:1'),
  });
  const { app } = await startBackend([], { env: { API_TOKEN: TOKEN }, more: [] });
  const stranger = await startedByClient({ PORT: new URL(app.url).port, API_TOKEN: 'wrong-token-0123456789abcdef' });
  expect(await stranger.call('list_devices')).toMatchObject({
    isError: true,
    text: expect.stringContaining('Set API_TOKEN'),
  });
});

function isRunning(pid: number | null): boolean {
  if (pid === null) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
