import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { startApp } from '#src/app';
import { DialtoneError } from '#src/core/errors';
import { Secret } from '#src/core/secret';
import { parseSettings } from '#src/settings';
import { createLog } from '#src/telemetry/log';
import { startFakeGroq } from './fakes/fake-groq.ts';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice } from './support/backend.ts';
import { readDevicesFile } from './support/devices/devices.ts';
import { openEventStream } from './support/event-stream.ts';

/** Every secret of these tests holds this word, and nothing else does. */
const CANARY = 'CANARY';
const WRITE = `${CANARY}-write-0123456789`;
const READ = `${CANARY}-read-0123456789`;

/** Devices that send the token back that they were sent: in a message, in a close reason, in a status line, in a header. */
async function echoingDevice(how: 'close' | 'refuse'): Promise<number> {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    verifyClient: ({ req }, done) => {
      const token = String(req.headers.authorization);
      if (how === 'close') done(true);
      else done(false, 401, `no ${token}`, { 'www-authenticate': token, 'x-echo': token });
    },
  });
  server.on('connection', (socket, request) => {
    socket.send(JSON.stringify({ type: 'error', message: String(request.headers.authorization) }));
    socket.close(4401, `no ${request.headers.authorization}`);
  });
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  if (!server.address()) await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'dialtone-canary-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test('no secret is told by anything: REST, errors, OpenAPI, metrics, events, log', async () => {
  const dir = folder();
  const file = join(dir, 'devices.json');
  writeFileSync(join(dir, 'token'), `${CANARY}-from-file\n`);
  const hall = await simDevice({ name: 'hall', protocol: 'pcm' });
  const groq = await startFakeGroq({ apiKey: `${CANARY}-groq` });
  onTestFinished(() => groq.close());
  groq.fail('chat', { type: 'status', status: 401, echoKey: true }, Number.POSITIVE_INFINITY);

  const plain = { host: '127.0.0.1', reconnect_delay: 0.2, allow_plaintext_token: true };
  const devices = [
    {
      ...plain,
      name: 'hall',
      port: hall.port,
      protocol: 'pcm',
      path: `/?key=${CANARY}-query`,
      token: `${CANARY}-hall`,
      headers: { 'X-Api-Key': `${CANARY}-header` },
    },
    { ...plain, name: 'closes', port: await echoingDevice('close'), token: `${CANARY}-closes` },
    { ...plain, name: 'refuses', port: await echoingDevice('refuse'), token: `${CANARY}-refuses` },
    { ...plain, name: 'away', port: 1, token_file: 'token' },
  ];
  writeFileSync(file, JSON.stringify({ devices }));

  const lines: string[] = [];
  const log = createLog('trace', { write: (line: string) => lines.push(line) });
  const settings = parseSettings({
    PORT: '0',
    API_TOKEN: WRITE,
    API_READ_TOKEN: READ,
    LLM: 'groq',
    GROQ_API_KEY: `${CANARY}-groq`,
    GROQ_BASE_URL: groq.url,
  });
  const config = readDevicesFile(file);
  const app = await startApp({ settings, config, log, version: 'test', watch: false });
  onTestFinished(() => app.close());
  const port = Number(new URL(app.url).port);
  const stream = await openEventStream(port, {
    path: '/v1/events?transcripts=1',
    headers: { authorization: `Bearer ${READ}` },
  });

  /** Everything that left the process, by where it came out. */
  const told = new Map<string, string>();
  const ask = async (method: string, path: string, authorization?: string) => {
    const response = await fetch(app.url + path, { method, ...(authorization ? { headers: { authorization } } : {}) });
    const headers = JSON.stringify([...response.headers]);
    told.set(`${told.size} ${method} ${path} ${response.status}`, headers + (await response.text()));
    return response.status;
  };

  await hall.say(demoSample('00.wav'));
  await hall.waitForReply({ timeoutMs: 60_000 });
  await expect.poll(() => app.fleet.get('refuses')?.lastError).not.toBeNull();
  await expect.poll(() => app.fleet.get('closes')?.lastError).not.toBeNull();
  await expect.poll(() => app.fleet.get('away')?.lastError).not.toBeNull();

  const { paths } = (await (await fetch(`${app.url}/openapi.json`)).json()) as { paths: Record<string, object> };
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
  expect(routes.length).toBeGreaterThan(12);
  for (const authorization of [
    undefined,
    `Bearer ${CANARY}-wrong`,
    `Basic ${CANARY}`,
    `Bearer ${READ}`,
    `Bearer ${WRITE}`,
  ]) {
    await ask('GET', '/openapi.json', authorization);
    for (const { method, path } of routes) {
      if (path === '/v1/events') continue;
      for (const name of ['hall', 'closes', 'refuses', 'away', 'nobody']) {
        if (!path.includes('{name}') && name !== 'hall') continue;
        await ask(method, path.replace('{name}', name), authorization);
      }
    }
  }
  expect(await ask('GET', '/v1/devices/hall', `Bearer ${READ}`)).toBe(200);
  expect([...told.values()].at(-1)).toContain('"token_set":true');

  // Files that are wrong right where their secrets are.
  const wrongFiles = [
    JSON.stringify({ devices: [{ ...devices[0], token: `${CANARY} with a space` }] }),
    JSON.stringify({ devices: [{ ...devices[0], token: [`${CANARY}-list`] }] }),
    JSON.stringify({ devices: [{ ...devices[0], token: `${CANARY}${'x'.repeat(5_000)}` }] }),
    JSON.stringify({ devices: [{ ...devices[0], headers: { 'X-Api-Key': `${CANARY}\nInjected: 1` } }] }),
    JSON.stringify({ devices: [{ ...devices[0], headers: { 'Bad Name': `${CANARY}` } }] }),
    JSON.stringify({ devices: [{ ...devices[0], tokn: `${CANARY}-typo` }] }),
    JSON.stringify({ devices: [{ ...devices[0], host: `user:${CANARY}@192.0.2.1` }] }),
    `{"devices": [{"name": "hall", "token": "${CANARY}" oops}]}`,
    `{"devices": [{"name": "hall", "token": "${CANARY}`,
    `{"devices": [{"name": "hall", "token": ${CANARY}}]}`,
  ];
  for (const text of wrongFiles) {
    writeFileSync(file, text);
    expect(await ask('POST', '/v1/config/reload', `Bearer ${WRITE}`), text.slice(0, 200)).toBe(422);
    expect(await ask('GET', '/v1/config', `Bearer ${READ}`)).toBe(200);
  }
  writeFileSync(file, JSON.stringify({ devices }));
  expect(await ask('POST', '/v1/config/reload', `Bearer ${WRITE}`)).toBe(200);

  // What a later change may hand to the log.
  const { token, headers, tls } = config.devices[0] ?? {};
  log.error({ settings, device: { token, headers, tls }, token }, `everything ${token}`);
  log.error({ err: new DialtoneError('internal', `with ${new Secret(`${CANARY}-template`)}`) });

  await expect.poll(() => stream.text).toContain('config.reloaded');
  await app.close();
  told.set('events', stream.text);
  for (const [index, line] of lines.entries()) told.set(`log line ${index}`, line);
  expect(stream.events.map(({ event }) => event)).toEqual(
    expect.arrayContaining(['snapshot', 'device.state', 'engine.error', 'turn.ended', 'config.reloaded']),
  );
  const leaks = [...told].filter(([, text]) => text.includes(CANARY));
  expect(
    leaks.map(([where, text]) => `${where}: …${text.slice(Math.max(0, text.indexOf(CANARY) - 100)).slice(0, 160)}`),
  ).toEqual([]);
  expect(lines.length).toBeGreaterThan(20);
});
