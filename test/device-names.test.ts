import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { simDevice, startBackend } from './support/backend.ts';
import { openEventStream } from './support/event-stream.ts';
import { temporaryFolder } from './support/program.ts';

const NAMES = ['status', 'by-name', 'turns', 'Küche 🍳 & "bar" 100 %', 'a?b#c\\d', 'रसोई', 'ห้องครัว'];

test('devices with any printable name speak, are read over REST, and keep files and series of their own', async () => {
  const folder = temporaryFolder();
  const recordings = join(folder, 'recordings');
  mkdirSync(recordings);
  const devices = await Promise.all(NAMES.map((name) => simDevice({ name, noiseRms: 0 })));
  const { app } = await startBackend(devices, {
    env: { STATE_DIR: join(folder, 'state'), RECORDINGS_DIR: recordings },
  });
  await Promise.all(devices.map((device) => device.waitForConnection()));
  const stream = await openEventStream(Number(new URL(app.url).port));
  const ask = async (method: string, name: string, rest = '', body?: unknown) => {
    const response = await fetch(`${app.url}/v1/devices/by-name/${encodeURIComponent(name)}${rest}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };

  const visit = async (name: string) => {
    expect((await ask('GET', name)).body, name).toMatchObject({ name, state: 'ready' });
    // By the other address too, unless it is that of something else.
    if (name !== 'status' && name !== 'by-name') {
      const response = await fetch(`${app.url}/v1/devices/${encodeURIComponent(name)}`);
      expect(await response.json(), name).toMatchObject({ name });
    }
    const said = await ask('POST', name, '/say', { text: 'Hello there.' });
    expect(said, name).toMatchObject({ status: 200, body: { outcome: 'played', heard: 'Hello there.' } });
    expect((await ask('GET', name, '/turns')).body, name).toMatchObject({
      device: name,
      turns: [{ answer: 'Hello there.' }],
    });
    expect((await ask('GET', name, '/nothing')).status).toBe(404);
    expect((await ask('GET', `${name}?`)).status).toBe(404);
  };
  await Promise.all(NAMES.map(visit));
  const listed = await (await fetch(`${app.url}/v1/devices/status`)).json();
  expect(Object.keys((listed as { devices: object }).devices).sort()).toEqual([...NAMES].sort());

  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  for (const name of NAMES) {
    const label = name.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    expect(metrics).toContain(`device="${label}"`);
  }
  for (const line of metrics.split('\n')) {
    expect(line).toMatch(/^(?:#.*|[a-zA-Z_:][\w:]*(?:\{(?:\w+="(?:[^"\\\n]|\\.)*",?)*\})? \S+|)$/);
  }

  for (const name of NAMES) expect((await ask('POST', name, '/reconnect')).status, name).toBe(202);
  await Promise.all(devices.map((device) => expect.poll(() => device.connections).toBe(2)));
  expect(stream.text).toContain(JSON.stringify(NAMES[3]));

  await app.close();
  const files = readdirSync(join(folder, 'state', 'history'));
  expect(files).toHaveLength(NAMES.length);
  expect(readdirSync(recordings)).toHaveLength(NAMES.length);
  const kept = files.map((file) => readFileSync(join(folder, 'state', 'history', file), 'utf8'));
  expect(kept.every((text) => text.includes('Hello there.'))).toBe(true);
});
