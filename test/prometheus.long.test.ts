import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice } from './support/backend.ts';
import { startPrometheus } from './support/monitoring/prometheus.ts';
import { metricsIn, queries } from './support/monitoring/queries.ts';
import { needs } from './support/needs.ts';
import { startProgram, temporaryFolder } from './support/program.ts';

const isThere = needs(
  spawnSync('prometheus', ['--version']).error === undefined,
  'prometheus',
  'a real Prometheus scrapes a running backend',
);

it.skipIf(!isThere)('a real Prometheus scrapes a running backend (skipped where it is not installed)', async () => {
  const device = await simDevice({ name: 'kitchen' });
  const gone = await simDevice({ name: 'hall' });
  const goneAt = { name: 'hall', host: '127.0.0.1', port: gone.port };
  await gone.stop();
  const folder = temporaryFolder();
  const quiet = { greeting: false, long_silence: false };
  const kitchen = { name: 'kitchen', host: '127.0.0.1', port: device.port, ...quiet };
  const write = (devices: readonly unknown[]) =>
    writeFileSync(join(folder, 'devices.json'), JSON.stringify({ devices }));
  write([kitchen, { ...goneAt, reconnect_delay: 1 }]);
  const program = startProgram([], { cwd: folder, env: { PORT: '0' } });
  const [, target = ''] = await program.printed(/"url":"http:\/\/(127\.0\.0\.1:\d+)"/);
  const prometheus = await startPrometheus(target);
  const values = async (query: string) => (await prometheus.query(query)).map(({ value }) => value);

  // A conversation shows in its counters and histograms.
  await device.waitForConnection({ timeoutMs: 60_000 });
  await device.say(demoSample('01.wav'));
  await device.waitForReply({ timeoutMs: 60_000 });
  await expect.poll(() => values('dialtone_turns_total{kind="user",outcome="answered"}')).toEqual([1]);
  const total = 'dialtone_turn_stage_seconds_count{stage="total"}';
  await expect.poll(() => values(total)).toEqual([1]);
  await expect.poll(() => values('sum by (kind) (dialtone_engine_call_seconds_count) > 0')).toHaveLength(3);

  // The fleet shows who is up, and why the other is not.
  await expect.poll(() => values('dialtone_device_connected{device="kitchen"}')).toEqual([1]);
  const why = async () =>
    (await prometheus.query('dialtone_device_last_error_info')).map(({ labels }) => [labels.device, labels.code]);
  await expect.poll(why).toEqual([['hall', 'refused']]);
  // What the alert on a device looks for is there, though not for as long as it waits.
  await expect.poll(() => values('ALERTS{alertname="DeviceDown",device="hall",alertstate="pending"}')).toEqual([1]);

  // Prometheus understands every query of alerts and dashboard, and every metric in them is one that is told.
  const told = await prometheus.metadata();
  for (const query of queries()) {
    await prometheus.query(query);
    for (const name of metricsIn(query)) {
      const family = name.replace(/_(?:bucket|sum|count)$/, '');
      expect(Object.keys(told), query).toContain(name in told ? name : family);
    }
  }

  const scrape = await (await fetch(`http://${target}/metrics`)).text();
  const check = spawnSync('promtool', ['check', 'metrics'], { input: scrape, encoding: 'utf8' });
  expect({ status: check.status, output: check.stdout + check.stderr }).toEqual({ status: 0, output: '' });

  // A device that is taken out of devices.json takes its series along.
  expect((await prometheus.query('{device="hall"}')).length).toBeGreaterThan(5);
  write([kitchen]);
  await expect.poll(() => values('{device="hall",alertname=""}')).toEqual([]);
  expect((await prometheus.query('{device="kitchen"}')).length).toBeGreaterThan(5);
});
