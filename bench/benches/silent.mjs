// Devices that are connected and hear nothing: what an idle line costs.
import { setTimeout as sleep } from 'node:timers/promises';
import { againstBareLoop, TooMany, withScene } from '../support/scene.mjs';

const MAX_CPU_RATIO = 1.4;
const MAX_KB = 150;

export async function silent(report, { quick, count, profile }) {
  // The smaller fleet is the one that memory is measured from.
  const counts = count ? [count > 100 ? 100 : 20, count] : quick ? [20] : [100, 500, 1_000];
  const ms = quick ? 2_000 : 10_000;
  for (const protocol of ['realtime', 'pcm']) {
    let base;
    for (const each of counts) {
      const where = `${each} ${protocol}`;
      const seen = await run(each, protocol, ms, profile).catch((error) => {
        if (!(error instanceof TooMany)) throw error;
        report.atMost(where, 'devices that were not ready within a minute', error.missing, '', 0);
      });
      if (!seen) break;
      tell(report, where, each, seen, base, quick);
      // The process grows once by what compiled code and young garbage take; what comes on top is the devices'.
      base ??= { count: each, rss: seen.memory.rss };
    }
  }
}

function run(count, protocol, ms, profile) {
  return withScene({ count, protocol, profile }, async ({ backend }) => {
    await sleep(1_500);
    await backend.call('start');
    await sleep(ms);
    const cost = await backend.call('stop');
    const memory = await backend.call('memory');
    const bareOptions = { count, cycleMs: 4_000, speechMs: 0, speaking: 0, opus: protocol === 'realtime' };
    return { ...cost, memory, compared: await againstBareLoop(backend, bareOptions, ms) };
  });
}

function tell(report, where, count, { cpuSeconds, seconds, lag, waits, memory, turns, compared }, base, quick) {
  if (turns.ended > 0) throw new Error(`${where}: ${turns.ended} turns, though no user spoke`);
  const cpu = cpuSeconds / seconds;
  report.note(where, 'CPU per device', (100 * cpu) / count, '% of a core');
  report.note(where, 'CPU of the bare loop per device', (100 * compared.bare) / count, '% of a core');
  if (quick) report.note(where, 'CPU against the bare loop', compared.ours / compared.bare, 'x');
  else report.atMost(where, 'CPU against the bare loop', compared.ours / compared.bare, 'x', MAX_CPU_RATIO);
  if (base) {
    const kilobytes = (memory.rss - base.rss) / (count - base.count) / 1e3;
    report.atMost(where, 'memory per device', kilobytes, 'KB', MAX_KB);
  }
  report.note(where, 'messages of devices wait p95, at most', waits.p95, 'ms');
  report.note(where, 'messages left out, being a second late', waits.leftOut, '');
  if (count === 500) report.atMost(where, 'loop lag p99', lag.p99, 'ms', 30);
  else report.note(where, 'loop lag p99', lag.p99, 'ms');
}
