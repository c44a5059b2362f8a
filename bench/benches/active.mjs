// Conversations in progress, and the same codec and VAD without dialtone around them.
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../support/backend.mjs';
import { againstBareLoop, withScene } from '../support/scene.mjs';

const PAUSE_MS = 1_000;
/** What else a conversation takes from one question to the next: the waits for an end of speech and for the fakes. */
const WAITS_MS = 1_300;
const FULL = { speechMs: 2_000, answerMs: 8_000 };
const QUICK = { speechMs: 1_000, answerMs: 1_600 };
const MAX_CPU_RATIO = 1.5;

/** @param report createReport @param {{ quick: boolean, count?: number, profile?: string }} options */
export async function active(report, { quick, count, profile }) {
  const counts = count ? [1, count] : quick ? [3] : [1, 10, 50, 100, 200];
  let base;
  for (const each of counts) {
    const seen = await run(each, quick ? QUICK : FULL, profile);
    tell(report, each, seen, base, quick);
    // The process grows once by what compiled code and young garbage take; what comes on top is the conversations'.
    if (each >= 10) base ??= { count: each, rss: seen.memory.rss };
  }
}

async function run(count, { speechMs, answerMs }, profile) {
  const cycleMs = speechMs + answerMs + PAUSE_MS + WAITS_MS;
  return withScene({ count, answerMs, profile }, async ({ fleet, backend }) => {
    await fleet.call('talk', { count, speechMs, pauseMs: PAUSE_MS, spreadMs: count === 1 ? 0 : cycleMs });
    await sleep(cycleMs + 1_000);
    await fleet.call('reset');
    await backend.call('start');
    await sleep(cycleMs + 500);
    const cost = await backend.call('stop');
    const figures = await fleet.call('figures');
    const memory = await backend.call('memory');
    const speaking = Math.min(1, figures.audioMs / 1000 / count / cost.seconds);
    const bareOptions = { count, cycleMs, speechMs, speaking, opus: true };
    const compared = await againstBareLoop(backend, bareOptions, count === 1 ? 2 * cycleMs : cycleMs);
    return { ...cost, figures, memory, speaking, compared, violations: await fleet.call('violations') };
  });
}

function tell(report, count, seen, base, quick) {
  const { cpuSeconds, seconds, stolenSeconds, compared, turns, figures, lag, waits, memory, violations, speaking } =
    seen;
  const where = `${count} conversations`;
  const failed = { ...turns.other, ...figures.failures };
  const wentWrong = Object.values(failed).reduce((sum, times) => sum + times, 0);
  // More than a core holds: what goes wrong then is worth knowing.
  if (turns.added.length === 0 || (wentWrong > 0 && count <= 100) || violations.length > 0) {
    throw new Error(`${where}: ${turns.ended} turns ended, went wrong: ${JSON.stringify({ failed, violations })}`);
  }
  report.atMost(where, 'turns that were not answered', wentWrong, '', 0);
  const cpu = cpuSeconds / seconds;
  const strict = !quick && count === 100;
  const limited = (figure, value, unit, limit, isLimited) =>
    isLimited ? report.atMost(where, figure, value, unit, limit) : report.note(where, figure, value, unit);
  report.note(where, 'CPU per conversation', (100 * cpu) / count, '% of a core');
  report.note(where, 'taken from this machine by others', (100 * stolenSeconds) / seconds, '% of a core');
  report.note(where, 'CPU of the bare loop per conversation', (100 * compared.bare) / count, '% of a core');
  limited('CPU of all', 100 * cpu, '% of a core', 100, strict);
  limited('CPU against the bare loop', compared.ours / compared.bare, 'x', MAX_CPU_RATIO, !quick && count >= 10);
  limited('added latency p50', percentile(turns.added, 0.5), 'ms', 10, strict);
  limited('added latency p95', percentile(turns.added, 0.95), 'ms', 20, strict);
  report.note(where, 'added latency p99', percentile(turns.added, 0.99), 'ms');
  for (const stage of ['transcription', 'llm_first_token', 'first_sentence', 'tts_first_byte', 'playback']) {
    report.note(where, `of it ${stage}, p95`, percentile(turns.stages[stage] ?? [0], 0.95), 'ms');
  }
  limited('late frames', (100 * figures.late) / Math.max(1, figures.gaps), '%', 0.5, strict);
  report.note(where, 'longest gap between frames of 80 ms', figures.worstGapMs, 'ms');
  report.note(where, 'messages of devices wait p50, at most', waits.p50, 'ms');
  report.note(where, 'messages of devices wait p95, at most', waits.p95, 'ms');
  report.note(where, 'messages left out, being a second late', waits.leftOut, '');
  report.note(where, 'loop lag p99', lag.p99, 'ms');
  report.note(where, 'loop lag of the bare loop p99', compared.bareLag.p99, 'ms');
  report.note(where, 'time in which an answer is spoken', 100 * speaking, '%');
  report.note(where, 'turns', turns.ended, '');
  if (base) limited('memory per conversation', (memory.rss - base.rss) / (count - base.count) / 1e6, 'MB', 1, true);
}
