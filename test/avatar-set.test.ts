import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startBackend } from './support/backend.ts';
import { xiaozhiDevice } from './support/devices/xiaozhi-device.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const LISTEN = { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' };
const QUIET = { greeting: false, long_silence: false, idle_timeout: false };
const toy = {
  name: 'toy',
  protocol: 'xiaozhi',
  direction: 'accept',
  id: '02:00:00:00:00:01',
  persistent: true,
  ...QUIET,
};

async function withRobot(options: { noTools?: boolean } = {}) {
  const time = new VirtualTime();
  const backend = await startBackend([], { time, env: LISTEN, more: [toy] });
  const { app } = backend;
  const kind = 'stackchan' as const;
  const device = xiaozhiDevice(app.listenPort, { clock: time.clock, kind, noTools: options.noTools ?? false });
  await time.during(device.connect());
  await time.until(() => app.fleet.get('toy')?.state === 'ready');
  const load = async (body: Buffer | string, query = '', name = 'toy') => {
    const url = `${app.url}/v1/devices/${name}/avatar-set${query}`;
    const headers = { 'content-type': 'application/octet-stream' };
    const response = await time.during(fetch(url, { method: 'POST', body: body as string, headers }));
    return [response.status, await response.json()] as const;
  };
  return { ...backend, device, load, time };
}

describe('the face of a stackchan', () => {
  it('is fetched, checked and shown by the robot, and its address is used up', async () => {
    const { device, load } = await withRobot();
    const bytes = randomBytes(14 * 38_400);
    const checksum = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    expect(await load(bytes)).toEqual([200, { device: 'toy', mode: 'layered', checksum, bytes: 537_600 }]);
    expect(device.parts.avatarSet).toEqual({ mode: 'layered', checksum });
    const [fetched] = device.of('avatar_set_fetch');
    expect(fetched).toMatchObject({ mode: 'layered', checksum, expected_size: 537_600, token: expect.any(String) });
    expect(String(fetched?.url)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/avatar_set\//);
    expect((await fetch(String(fetched?.url))).status).toBe(404);
    expect((await load(randomBytes(90 * 38_400), '?mode=matrix'))[0]).toBe(200);
    expect(device.parts.avatarSet?.mode).toBe('matrix');
    expect(device.problems).toEqual([]);
  });

  it('that the robot cannot take is told in its words', async () => {
    const { device, load } = await withRobot();
    const problem = await load(randomBytes(1_000));
    expect(problem).toMatchObject([502, { code: 'tool_failed', detail: expect.stringContaining('load_failed') }]);
    expect(device.parts.avatarSet).toBe(undefined);
    expect((await load(''))[0]).toBe(400);
    expect((await load('x', '?mode=other'))[0]).toBe(400);
    expect((await load(Buffer.alloc(4_194_305)))[0]).toBe(413);
    expect((await load('x', '', 'attic'))[0]).toBe(404);
  });

  it('is for devices with functions that are there', async () => {
    const { device, load, app, time } = await withRobot({ noTools: true });
    expect(await load('x')).toMatchObject([404, { code: 'tool_unknown' }]);
    device.off();
    await time.until(() => app.fleet.get('toy')?.state === 'waiting');
    expect(await load('x')).toMatchObject([409, { code: 'not_connected' }]);
  });
});
