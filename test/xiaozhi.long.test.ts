import { expect, it } from 'vitest';
import { startBackend } from './support/backend.ts';
import { xiaozhiDevice } from './support/devices/xiaozhi-device.ts';
import { freePort } from './support/free-port.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const idOf = (number: number) =>
  `02:00:00:00:${String(Math.floor(number / 100)).padStart(2, '0')}:${String(number % 100).padStart(2, '0')}`;
const entries = (count: number, more: Readonly<Record<string, unknown>> = {}) =>
  Array.from({ length: count }, (_, number) => ({
    name: `toy ${number}`,
    protocol: 'xiaozhi',
    direction: 'accept',
    id: idOf(number),
    greeting: false,
    long_silence: false,
    idle_timeout: false,
    ...more,
  }));
const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;

it('200 devices come and go every few seconds, and nothing of them stays', async () => {
  const time = new VirtualTime();
  const env = { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' };
  const { app, all } = await startBackend([], { time, env, more: entries(200) });
  await time.pass(1_000);
  const before = { timers: time.clock.pending, sockets: sockets() };
  const devices = Array.from({ length: 200 }, (_, number) =>
    xiaozhiDevice(app.listenPort, { id: idOf(number), clock: time.clock, version: ((number % 3) + 1) as 1 | 2 | 3 }),
  );
  let connected = 0;
  let isOver = false;
  const live = devices.map(async (device, number) => {
    while (!isOver) {
      await device.wake('Jarvis');
      connected += 1;
      await new Promise<void>((resolve) => time.clock.setTimer(resolve, 1_500 + (number % 10) * 250));
      // Some say goodbye, others lose their network or dial anew while the old link is still there.
      if (number % 3 === 0) device.disconnect();
      else if (number % 3 === 1) device.send({ type: 'goodbye' });
      else await device.connect();
      await new Promise<void>((resolve) => time.clock.setTimer(resolve, 500));
    }
    device.off();
  });
  await time.pass(20_000);
  isOver = true;
  await time.during(Promise.all(live));
  await time.until(() => app.fleet.list().every(({ state }) => state === 'waiting'));
  expect(connected).toBeGreaterThan(1_000);
  expect(devices.flatMap(({ problems }) => problems)).toEqual([]);
  expect(all('device.fault')).toEqual([]);
  expect(all('device.dropped')).toEqual([]);
  await time.until(() => sockets() <= before.sockets);
  expect(time.clock.pending).toBe(before.timers);
});

it('a restart under 100 connected devices has all of them back, each once', async () => {
  const time = new VirtualTime();
  const port = await freePort();
  const options = {
    time,
    env: { LISTEN_PORT: String(port), LISTEN_HOST: '127.0.0.1' },
    more: entries(100, { persistent: true }),
  };
  const first = await startBackend([], options);
  const devices = Array.from({ length: 100 }, (_, number) =>
    xiaozhiDevice(port, { id: idOf(number), clock: time.clock, kind: 'stackchan' }),
  );
  await time.during(Promise.all(devices.map((device) => device.connect())));
  await time.until(() => first.app.fleet.list().every(({ state }) => state === 'ready'));
  await first.close();
  await time.until(() => devices.every(({ isConnected }) => !isConnected));
  const second = await startBackend([], options);
  await time.until(() => second.app.fleet.list().every(({ state }) => state === 'ready'));
  expect(second.app.fleet.list().map(({ connections }) => connections)).toEqual(Array(100).fill(1));
  expect(devices.every(({ isConnected }) => isConnected)).toBe(true);
  // Their functions are known again.
  await time.until(() =>
    second.app.fleet.list().every(({ config }) => {
      const tools = second.app.fleet.tools(config.name);
      return typeof tools !== 'string' && tools.list().length > 0;
    }),
  );
});
