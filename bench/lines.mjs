// How lines hold: a fleet that is dialled, dead devices beside live ones, gaps, churn, shutdown. Devices in this process, the
// backend in another. Run: npm run build && node bench/lines.mjs [--only start|dead|gap|churn|stop] [--devices N] [--seconds N]
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startSimDevice } from '../dist/device-sim/device/sim-device.js';
import { percentile, slope, startBackend, waitUntil } from './support/backend.mjs';

const { values } = parseArgs({
  options: { only: { type: 'string' }, devices: { type: 'string' }, seconds: { type: 'string' } },
});

/** A device that costs nothing while it is idle. */
const cheap = { microphone: 'nothing', loudspeaker: 'durations', keepAlive: null, messageLog: 0 };

const entryOf = (device) => ({ name: device.name, host: '127.0.0.1', port: device.port, reconnect_delay: 5 });
const fleet = (count) =>
  Promise.all(Array.from({ length: count }, (_, index) => startSimDevice({ ...cheap, name: `device ${index}` })));
const stopAll = (devices) => Promise.all(devices.map((device) => device.stop()));
const allUp = (devices) => () => devices.every((device) => device.openSockets === 1);
const mostOpen = (devices) => Math.max(...devices.map((device) => device.maxOpenSockets));

const CASES = { start, dead, gap, churn, stop };

for (const [name, run] of Object.entries(CASES)) {
  if (values.only && values.only !== name) continue;
  console.log(`${name}: ${await run()}`);
}
process.exit(0);

async function start() {
  const count = Number(values.devices ?? 1000);
  const devices = await fleet(count);
  const backend = await startBackend(devices.map(entryOf));
  const ms = await waitUntil('all devices up', allUp(devices), 60_000);
  const most = mostOpen(devices);
  await backend.stop();
  await stopAll(devices);
  return `${count} devices up after ${(ms / 1000).toFixed(1)} s, never more than ${most} socket to one`;
}

async function dead() {
  // Accepts and never answers: every dial costs its whole timeout.
  const server = createServer(() => undefined);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const [live] = await fleet(1);
  const entries = Array.from({ length: 1000 }, (_, index) => ({
    name: `dead ${index}`,
    host: '127.0.0.1',
    port: server.address().port,
    reconnect_delay: 5,
  }));
  const backend = await startBackend([entryOf(live), ...entries]);
  await waitUntil('the live one up', allUp([live]), 60_000);
  await sleep(35_000);
  const delays = [];
  for (let round = 0; round < 3; round++) {
    // No goodbye: dialled again within 250 ms, unless the dead ones are in the way.
    const { connections } = live;
    live.terminate();
    delays.push(await waitUntil('the live one back', () => live.connections > connections, 60_000));
    if (round < 2) await sleep(31_000);
  }
  await backend.stop();
  await live.stop();
  server.close();
  return `beside 1,000 dead ones a live one that lost its line is back after ${delays.map((ms) => `${(ms / 1000).toFixed(2)} s`).join(', ')}`;
}

async function gap() {
  const count = Number(values.devices ?? 20);
  const devices = await fleet(count);
  const backend = await startBackend(devices.map(entryOf));
  await waitUntil('all devices up', allUp(devices), 60_000);
  // Only a line that was up for 30 s is stable.
  await sleep(31_000);
  await Promise.all(devices.map((device) => device.stop()));
  await sleep(5_000);
  const back = await Promise.all(
    devices.map(async (device) => {
      await device.start();
      return waitUntil(`${device.name} back`, allUp([device]), 60_000);
    }),
  );
  await backend.stop();
  await stopAll(devices);
  const [p50, p95, max] = [0.5, 0.95, 1].map((p) => Math.round(percentile(back, p)));
  return `${count} devices that restart in 5 s are back ${p50} ms (p50), ${p95} ms (p95), ${max} ms (max) after they listen`;
}

async function churn() {
  const count = Number(values.devices ?? 200);
  const seconds = Number(values.seconds ?? 180);
  const devices = await fleet(count);
  const backend = await startBackend(devices.map((device) => ({ ...entryOf(device), reconnect_delay: 0.5 })));
  await waitUntil('all devices up', allUp(devices), 60_000);
  await sleep(2_000);
  const before = await backend.metrics();
  const memory = [];
  const end = performance.now() + seconds * 1000;
  let kills = 0;
  const busy = new Set();
  const restarts = [];
  while (performance.now() < end) {
    const device = devices[Math.floor(Math.random() * count)];
    if (!busy.has(device)) {
      busy.add(device);
      kills += 1;
      restarts.push(kill(device).finally(() => busy.delete(device)));
    }
    if (kills % 50 === 0)
      memory.push([performance.now(), (await backend.metrics()).get('process_resident_memory_bytes')]);
    await sleep(50);
  }
  await Promise.all(restarts);
  const settled = await waitUntil('all devices up again', allUp(devices), 120_000);
  await sleep(5_000);
  const after = await backend.metrics();
  const { summary } = await backend.status();
  const most = mostOpen(devices);
  const stopped = await backend.stop();
  await stopAll(devices);
  const handles = (metrics) => metrics.get('nodejs_active_handles') ?? metrics.get('process_open_fds');
  if (summary.connected !== count || most !== 1) throw new Error(`connected ${summary.connected}, sockets ${most}`);
  return [
    `${count} devices, ${kills} killed in ${seconds} s: all up again ${(settled / 1000).toFixed(1)} s after the last, one socket each at most`,
    `open files ${handles(before)} before, ${handles(after)} after`,
    `memory ${mb(before.get('process_resident_memory_bytes'))} before, ${mb(after.get('process_resident_memory_bytes'))} after, slope of the second half ${(slope(memory) / 1e6).toFixed(2)} MB/min`,
    `stopped in ${Math.round(stopped.ms)} ms with ${stopped.code}`,
  ].join('; ');
}

async function kill(device) {
  if (Math.random() < 0.5) {
    device.terminate();
    return;
  }
  await device.stop();
  await sleep(Math.random() * 3_000);
  await device.start();
}

async function stop() {
  const count = Number(values.devices ?? 500);
  const devices = await fleet(count);
  const backend = await startBackend(devices.map(entryOf));
  await waitUntil('all devices up', allUp(devices), 60_000);
  const { code, ms } = await backend.stop();
  await stopAll(devices);
  return `SIGTERM to exit with ${count} devices: ${Math.round(ms)} ms, code ${code}`;
}

function mb(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}
