import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { simDevice } from './support/backend.ts';
import { startProgram, temporaryFolder } from './support/program.ts';

const ENV = { STT: 'groq', LLM: 'groq', TTS: 'groq', GROQ_API_KEY: 'gsk_test', PORT: '0' };

/** A running program on a devices.json of this text. */
async function start(text: string, env: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder();
  const file = join(folder, 'devices.json');
  writeFileSync(file, text);
  const program = startProgram([], { cwd: folder, env: { ...ENV, ...env } });
  const [, url = ''] = await program.printed(/"url":"([^"]+)"/);
  const ask = async (method: string, path: string) => {
    const response = await fetch(url + path, { method });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const metrics = async () => (await fetch(`${url}/metrics`)).text();
  return { program, file, ask, metrics };
}

const fileOf = (...devices: unknown[]) => JSON.stringify({ devices });

describe('at a cold start', () => {
  it('the devices whose entries are right run; the others say what is wrong, until they are mended', async () => {
    const device = await simDevice({ name: 'kitchen' });
    const good = { name: 'kitchen', host: '127.0.0.1', port: device.port, greeting: false };
    const wrong = { name: 'hall', host: '127.0.0.1', port: 'x' };
    const unset = { name: 'robot', host: '127.0.0.1', tls: true, token_env: 'NOT_SET' };
    const { program, file, ask, metrics } = await start(fileOf(wrong, good, unset));
    await device.waitForConnection();
    await program.printed(/"event":"config\.misconfigured"[^\n]*"device":"robot"/);

    const { body } = await ask('GET', '/v1/devices/status');
    expect(body.devices).toMatchObject({
      kitchen: { state: 'ready' },
      hall: {
        state: 'misconfigured',
        last_error: { code: 'config_invalid', message: expect.stringMatching(/devices\[0\]\.port/) },
      },
      robot: { state: 'misconfigured', last_error: { message: expect.stringContaining('token_env') } },
    });
    expect((await ask('GET', '/v1/devices/hall')).body).toMatchObject({ name: 'hall', state: 'misconfigured' });
    for (const what of ['reconnect', 'disconnect', 'enable', 'interrupt', 'listen']) {
      expect(await ask('POST', `/v1/devices/hall/${what}`), what).toMatchObject({
        status: 409,
        body: { code: 'device_misconfigured' },
      });
    }
    expect((await ask('GET', '/v1/health')).body).toMatchObject({
      status: 'degraded',
      problems: [expect.stringContaining('"hall", "robot"')],
    });
    expect((await ask('GET', '/readyz')).status).toBe(200);
    expect((await ask('GET', '/v1/config')).body).toMatchObject({
      devices: 1,
      misconfigured: [
        { name: 'hall', entry: 0 },
        { name: 'robot', entry: 2 },
      ],
    });
    expect(await metrics()).toContain('dialtone_devices{state="misconfigured"} 2');

    // A new mistake changes nothing; an old one may stay.
    writeFileSync(file, fileOf({ ...good, port: 'y' }, wrong));
    const refused = await ask('POST', '/v1/config/reload');
    expect(refused).toMatchObject({ status: 422, body: { errors: [expect.stringMatching(/devices\[0\]\.port/)] } });
    expect((await ask('GET', '/v1/devices/kitchen')).body).toMatchObject({ state: 'ready' });
    expect(device.connections).toBe(1);

    const second = await simDevice({ name: 'hall' });
    writeFileSync(file, fileOf(good, { ...wrong, port: second.port, greeting: false }));
    await second.waitForConnection();
    expect((await ask('GET', '/v1/health')).body).toMatchObject({ status: 'healthy', problems: [] });
    await expect.poll(metrics).toContain('dialtone_devices{state="misconfigured"} 0');
    expect(device.connections).toBe(1);
  });

  it('with a file that is no JSON the last good copy runs, until the file is mended', async () => {
    const state = join(temporaryFolder(), 'state');
    const device = await simDevice({ name: 'kitchen' });
    const good = fileOf({ name: 'kitchen', host: '127.0.0.1', port: device.port, greeting: false });
    const first = await start(good, { STATE_DIR: state });
    await device.waitForConnection();
    expect(await first.metrics()).toContain('dialtone_config_fallback 0');
    first.program.child.kill('SIGTERM');
    expect(await first.program.ended).toBe(0);
    expect(readFileSync(join(state, 'devices.json.last-good'), 'utf8')).toBe(good);

    const second = await start(good.slice(0, -2), { STATE_DIR: state });
    await device.waitForConnection();
    await second.program.printed(/"level":"error"[^\n]*"event":"config\.fallback"/);
    expect((await second.ask('GET', '/v1/config')).body).toMatchObject({
      devices: 1,
      problem: expect.stringMatching(/last good copy of devices\.json runs.*not valid JSON/),
    });
    expect((await second.ask('GET', '/v1/health')).body).toMatchObject({ status: 'degraded' });
    expect(await second.metrics()).toContain('dialtone_config_fallback 1');
    // The same text as the copy that runs.
    writeFileSync(second.file, good);
    await expect.poll(async () => (await second.ask('GET', '/v1/config')).body.problem).toBeNull();
    expect((await second.ask('GET', '/v1/health')).body).toMatchObject({ status: 'healthy' });
  });
});
