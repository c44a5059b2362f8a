// All devices lose their lines at once and come back after three seconds, as after a power cut. Twice: what a process takes
// once (compiled code, tables that grew) it does not take again, a leak it would.
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../support/backend.mjs';
import { withScene } from '../support/scene.mjs';

const AWAY_MS = 3_000;
/** Only a line that was up for 30 s is stable, and only a stable one is dialled again at once. */
const STABLE_MS = 31_000;

export async function storm(report, { quick, count = quick ? 20 : 1_000 }) {
  await withScene({ count, microphones: 0 }, async ({ fleet, backend, upMs }) => {
    report.note(`${count} devices`, 'all ready for the first time', upMs / 1000, 's');
    await sleep(quick ? 500 : STABLE_MS);
    // The series of /metrics are made when they are first asked for: 17 KB a device that no storm has taken.
    await backend.call('start');
    await backend.call('stop');
    const before = await backend.call('memory');
    for (const where of [`${count} devices`, `${count} devices, again`]) {
      await lose(report, where, count, { fleet, backend });
      await sleep(quick ? 500 : STABLE_MS);
      const { rss } = await backend.call('memory');
      report.note(where, 'memory afterwards', rss / 1e6, 'MB');
      report.atMost(where, 'memory afterwards against before', rss / before.rss, 'x', 1.15);
    }
  });
}

async function lose(report, where, count, { fleet, backend }) {
  const connections = await fleet.call('connections');
  await backend.call('start');
  await fleet.call('lose', { awayMs: AWAY_MS });
  const isBack = async () => ((await backend.call('states')).ready ?? 0) === count;
  const backMs = await waitUntil(`${count} devices back`, isBack, 60_000);
  const { lag, cpuSeconds } = await backend.call('stop');
  const after = await fleet.call('connections');
  const twice = after.filter((total, index) => total - connections[index] > 1).length;
  report.atMost(where, 'all ready again', backMs / 1000, 's', 30);
  report.atMost(where, 'devices dialled twice', twice, '', 0);
  report.atMost(where, 'sockets to one device at once', await fleet.call('mostSockets'), '', 1);
  report.atMost(where, 'loop lag p99', lag.p99, 'ms', 100);
  report.note(where, 'longest loop lag', lag.max, 'ms');
  report.note(where, 'CPU of it', cpuSeconds, 's');
}
