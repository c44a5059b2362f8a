// All devices lose their lines at once and come back after three seconds, as after a power cut.
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../support/backend.mjs';
import { withScene } from '../support/scene.mjs';

const AWAY_MS = 3_000;
/** Only a line that was up for 30 s is stable, and only a stable one is dialled again at once. */
const STABLE_MS = 31_000;

export async function storm(report, { quick, count = quick ? 20 : 1_000 }) {
  const where = `${count} devices`;
  await withScene({ count, microphones: 0 }, async ({ fleet, backend, upMs }) => {
    await sleep(quick ? 500 : STABLE_MS);
    const before = await backend.call('memory');
    const connections = await fleet.call('connections');
    await backend.call('start');
    await fleet.call('lose', { awayMs: AWAY_MS });
    const isBack = async () => ((await backend.call('states')).ready ?? 0) === count;
    const backMs = await waitUntil(`${count} devices back`, isBack, 60_000);
    const { lag, cpuSeconds } = await backend.call('stop');
    const after = await fleet.call('connections');
    const twice = after.filter((total, index) => total - connections[index] > 1).length;
    const sockets = await fleet.call('mostSockets');
    await sleep(2_000);
    const { rss } = await backend.call('memory');
    report.note(where, 'all ready for the first time', upMs / 1000, 's');
    report.atMost(where, 'all ready again', backMs / 1000, 's', 30);
    report.atMost(where, 'devices dialled twice', twice, '', 0);
    report.atMost(where, 'sockets to one device at once', sockets, '', 1);
    report.atMost(where, 'loop lag p99', lag.p99, 'ms', 100);
    report.note(where, 'longest loop lag', lag.max, 'ms');
    report.note(where, 'CPU of it', cpuSeconds, 's');
    report.atMost(where, 'memory afterwards against before', rss / before.rss, 'x', 1.15);
  });
}
