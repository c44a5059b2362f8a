// Does it hold for long: devices that come and go while others talk. Memory, handles, listeners and temporary files of the
// backend. Run: npm run soak -- [--minutes N] [--devices N] [--json]
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createReport, toTable } from './report.mjs';
import { slope, waitUntil } from './support/backend.mjs';
import { withScene } from './support/scene.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    devices: { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
  },
});
const count = Number(values.devices);
const minutes = Number(values.minutes);
/** So many of them talk; the others are silent. Any of them may lose its line. */
const talking = Math.ceil(count / 10);
const KILL_EVERY_MS = 500;
const LOOK_EVERY_MS = Math.max(1_000, Math.min(10_000, minutes * 2_000));

const report = createReport('soak');
// A folder for temporary files that no other process on this machine uses.
const temp = mkdtempSync(join(tmpdir(), 'dialtone-soak-'));
process.env.TMPDIR = temp;
await withScene({ count, microphones: talking, answerMs: 2_000, reconnectDelay: 0.5 }, async ({ fleet, backend }) => {
  await fleet.call('talk', { count: talking, speechMs: 2_000, pauseMs: 500, spreadMs: 5_000 });
  await sleep(Math.min(30_000, minutes * 6_000));
  const before = await backend.call('handles');
  await backend.call('start');
  const rss = [];
  const heap = [];
  let kills = 0;
  const busy = new Set();
  const restarts = new Set();
  const start = performance.now();
  let lookAt = start;
  while (performance.now() - start < minutes * 60_000) {
    const index = Math.floor(Math.random() * count);
    if (!busy.has(index)) {
      busy.add(index);
      kills += 1;
      const restart = fleet.call('churn', index).finally(() => {
        busy.delete(index);
        restarts.delete(restart);
      });
      restarts.add(restart);
    }
    if (performance.now() >= lookAt) {
      lookAt += LOOK_EVERY_MS;
      const memory = await backend.call('memory');
      rss.push([performance.now(), memory.rss]);
      heap.push([performance.now(), memory.heapUsed + memory.external]);
      if (!values.json) console.log(`${Math.round((performance.now() - start) / 1000)} s: ${mb(memory.rss)} MB`);
    }
    await sleep(KILL_EVERY_MS);
  }
  await Promise.all(restarts);
  const upMs = await waitUntil('all back', async () => ((await backend.call('states')).ready ?? 0) === count, 120_000);
  await sleep(2_000);
  const after = await backend.call('handles');
  const { turns, lag, cpuSeconds, seconds } = await backend.call('stop');
  const where = `${count} devices, ${talking} talking, ${minutes} minutes`;
  const first = rss[Math.floor(rss.length / 2)][1];
  report.note(where, 'lines lost', kills, '');
  report.note(where, 'turns', turns.ended, '');
  report.note(where, 'turns cut by a lost line', turns.other.disconnected ?? 0, '');
  const failed = Object.entries(turns.other).filter(([outcome]) => outcome !== 'disconnected');
  for (const [outcome, times] of failed) report.note(where, `turns that ended as ${outcome}`, times, '');
  report.atMost(
    where,
    'turns that ended in another way',
    failed.reduce((sum, [, times]) => sum + times, 0),
    '',
    0,
  );
  report.note(where, 'all up again after the last', upMs / 1000, 's');
  report.atMost(where, 'sockets to one device at once', await fleet.call('mostSockets'), '', 1);
  report.note(where, 'memory at half time', first / 1e6, 'MB');
  report.note(where, 'memory at the end', rss.at(-1)[1] / 1e6, 'MB');
  report.note(where, 'slope of the memory, second half', slope(rss) / 1e6, 'MB/min');
  report.atMost(where, 'slope of the heap, second half', slope(heap) / 1e6, 'MB/min', 1);
  // A timer more or less: heartbeats and turns in progress.
  report.note(where, 'active resources before', before.resources, '');
  report.atMost(where, 'active resources more than before', after.resources - before.resources, '', 20);
  report.atMost(where, 'listeners more than before', after.listeners - before.listeners, '', 0);
  report.note(where, 'loop lag p99', lag.p99, 'ms');
  report.note(where, 'CPU', (100 * cpuSeconds) / seconds, '% of a core');
});
report.atMost('', 'temporary files left behind', readdirSync(temp).length, '', 0);
rmSync(temp, { recursive: true });
console.log(values.json ? JSON.stringify(report.figures, null, 2) : `\n${toTable(report.figures)}`);
process.exit(report.figures.some(({ pass }) => pass === false) ? 1 : 0);

function mb(bytes) {
  return Math.round(bytes / 1e6);
}
