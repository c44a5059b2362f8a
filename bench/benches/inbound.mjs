// Conversations of xiaozhi devices that dial in, and the same codec and VAD without dialtone around them.
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../support/backend.mjs';
import { withInboundScene } from '../support/inbound-scene.mjs';
import { againstBareLoop } from '../support/scene.mjs';

const PAUSE_MS = 1_000;
/** What else a conversation takes from one question to the next: the waits for an end of speech and for the fakes. */
const WAITS_MS = 1_500;
const FULL = { speechMs: 2_000, answerMs: 8_000 };
const QUICK = { speechMs: 1_000, answerMs: 1_600 };

/** @param report createReport @param {{ quick: boolean, count?: number, profile?: string }} options */
export async function inbound(report, { quick, count, profile }) {
  const counts = count ? [count] : quick ? [3] : [10, 50];
  let base;
  for (const each of counts) {
    const load = os.loadavg()[0];
    const seen = await run(each, quick ? QUICK : FULL, profile);
    tell(report, each, { ...seen, load }, base);
    // The process grows once by what compiled code and young garbage take; what comes on top is the conversations'.
    base ??= { count: each, rss: seen.memory.rss };
  }
}

function run(count, { speechMs, answerMs }, profile) {
  const cycleMs = speechMs + answerMs + PAUSE_MS + WAITS_MS;
  return withInboundScene({ count, answerMs, speechMs, profile }, async ({ fleet, backend }) => {
    await fleet.call('talk', { pauseMs: PAUSE_MS, spreadMs: cycleMs });
    await sleep(cycleMs + 1_000);
    await fleet.call('reset');
    await backend.call('start');
    await sleep(cycleMs + 500);
    const cost = await backend.call('stop');
    const figures = await fleet.call('figures');
    const memory = await backend.call('memory');
    const speaking = Math.min(1, figures.audioMs / 1000 / count / cost.seconds);
    const bareOptions = { count, cycleMs, speechMs, speaking, opus: true, xiaozhi: true };
    const compared = await againstBareLoop(backend, bareOptions, cycleMs);
    return { ...cost, figures, memory, speaking, compared };
  });
}

function tell(report, count, seen, base) {
  const { cpuSeconds, seconds, stolenSeconds, compared, turns, figures, lag, memory, speaking, load } = seen;
  const where = `${count} xiaozhi conversations`;
  const failed = { ...turns.other, ...figures.failures };
  const wentWrong = Object.values(failed).reduce((sum, times) => sum + times, 0);
  if (turns.added.length === 0 || wentWrong > 0 || figures.problems.length > 0) {
    const why = JSON.stringify({ failed, problems: figures.problems });
    throw new Error(`${where}: ${turns.ended} turns ended, went wrong: ${why}`);
  }
  const cpu = cpuSeconds / seconds;
  report.atMost(where, 'turns that were not answered', wentWrong, '', 0);
  report.note(where, 'load of the machine when it began', load, '');
  report.note(where, 'taken from this machine by others', (100 * stolenSeconds) / seconds, '% of a core');
  report.note(where, 'CPU per conversation', (100 * cpu) / count, '% of a core');
  report.note(where, 'CPU of the bare loop per conversation', (100 * compared.bare) / count, '% of a core');
  report.note(where, 'CPU against the bare loop', compared.ours / compared.bare, 'x');
  report.note(where, 'added latency p50', percentile(turns.added, 0.5), 'ms');
  report.note(where, 'added latency p95', percentile(turns.added, 0.95), 'ms');
  report.note(where, 'loop lag p99', lag.p99, 'ms');
  report.note(where, 'time in which an answer is spoken', 100 * speaking, '%');
  report.note(where, 'turns', turns.ended, '');
  if (base)
    report.atMost(where, 'memory per conversation', (memory.rss - base.rss) / (count - base.count) / 1e6, 'MB', 1);
}
