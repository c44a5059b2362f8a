// Does it hold for long: xiaozhi devices that dial in, talk a little, and dial again every few seconds. What of them is still
// there in the backend when all have gone? Run: npm run soak-inbound -- [--minutes N] [--devices N] [--json]
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createReport, machine, toTable } from './report.mjs';
import { waitUntil } from './support/backend.mjs';
import { withInboundScene } from './support/inbound-scene.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    devices: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  },
});
const count = Number(values.devices);
const minutes = Number(values.minutes);
/** Links that every device has had before what stays is looked at for the first time. */
const WARM_LINKS = 3;
/** A device that is away in the end: how long its link, its conversation and what is to be said of both may take, milliseconds. */
const GONE_WITHIN_MS = 120_000;
/** What the engine keeps by itself, compiled code above all, and what a device that has been there leaves for its next link. */
const MAX_HEAP_MB = 8;

// What is kept on purpose, of turns above all, is full before the first look.
const env = { TURNS_KEPT: '2', HISTORY_MAX_MESSAGES: '4' };
const report = createReport('soak-inbound');
const load = os.loadavg()[0];
// A folder for temporary files that no other process on this machine uses.
const temp = mkdtempSync(join(tmpdir(), 'dialtone-soak-'));
process.env.TMPDIR = temp;
await withInboundScene({ count, answerMs: 1_000, speechMs: 1_000, env }, async ({ fleet, backend }) => {
  const url = await backend.call('url');
  const metrics = async () => (await fetch(`${url}/metrics`)).text();
  // Before anything: the first one makes the series of every device.
  await metrics();

  await fleet.call('reconnect');
  await dialled(fleet, WARM_LINKS);
  const before = await whenAllAreGone(fleet, backend);
  await metrics();
  say(`warm: ${mb(before.heap).toFixed(1)} MB of heap, ${before.timers} timers, ${before.sockets} sockets`);

  const { connections, fewestConnections } = await fleet.call('figures');
  await fleet.call('reset');
  await backend.call('start');
  await fleet.call('reconnect');
  await sleep(minutes * 60_000);
  // However short the run is: each of them comes back.
  await dialled(fleet, fewestConnections + 2);
  const during = await backend.call('handles');
  const { turns, cpuSeconds, seconds, lag } = await backend.call('stop');
  if (during.sockets === 0 || during.timers === 0 || answeredOf(turns) === 0) {
    throw new Error('no device talked: that nothing is left of it says nothing');
  }
  const after = await whenAllAreGone(fleet, backend);
  const seen = await fleet.call('figures');
  const text = await metrics();

  const where = `${count} devices, ${minutes} minutes`;
  const links = seen.connections - connections;
  report.note(where, 'load of the machine when it began', load, '');
  report.note(where, 'links', links, '');
  report.note(where, 'a new link of each device every', (seconds * count) / Math.max(1, links), 's');
  report.note(where, 'turns', turns.ended, '');
  report.note(where, 'turns answered', answeredOf(turns), '');
  report.note(where, 'CPU', (100 * cpuSeconds) / seconds, '% of a core');
  report.note(where, 'loop lag p99', lag.p99, 'ms');
  report.note(where, 'turns cut by the end of a link', turns.other.disconnected ?? 0, '');
  const failed = Object.entries(turns.other).filter(([outcome]) => outcome !== 'disconnected');
  for (const [outcome, times] of failed) say(`${times} turns ended as ${outcome}`);
  const inAnotherWay = failed.reduce((sum, [, times]) => sum + times, 0);
  report.atMost(where, 'turns that ended in another way', inAnotherWay, '', 0);
  const { 'no answer': unanswered = 0, ...failures } = seen.failures;
  for (const [why, times] of Object.entries(failures)) say(`${times} times: ${why}`);
  // No limit: this asks what stays. Where the devices take all of a core themselves, what they say comes in pieces.
  report.note(where, 'questions without an answer within 10 s', unanswered, '');
  const failedLinks = Object.values(failures).reduce((sum, times) => sum + times, 0);
  report.atMost(where, 'links that failed', failedLinks, '', 0);
  report.atMost(where, 'things that firmware would have warned of', seen.problems.length, '', 0);
  for (const problem of seen.problems) say(problem);
  report.atMost(where, 'internal errors', sumOf(text, 'dialtone_internal_errors_total'), '', 0);
  report.atMost(
    where,
    'devices that are not waiting',
    count - seriesOf(text, 'dialtone_devices{state="waiting"}'),
    '',
    0,
  );
  report.atMost(where, 'conversations left', sumOf(text, 'dialtone_conversations'), '', 0);
  report.note(where, 'sockets while they talk', during.sockets, '');
  report.atMost(where, 'sockets left', after.sockets, '', 0);
  report.note(where, 'timers while they talk', during.timers, '');
  report.atMost(where, 'timers left', after.timers, '', 0);
  report.atMost(where, 'other handles more than before', after.others - before.others, '', 0);
  report.atMost(where, 'listeners more than before', after.listeners - before.listeners, '', 0);
  report.note(where, 'heap before', mb(before.heap), 'MB');
  report.atMost(where, 'heap more than before', mb(after.heap - before.heap), 'MB', MAX_HEAP_MB);
  report.note(
    where,
    'heap more than before for each link',
    Math.max(0, after.heap - before.heap) / Math.max(1, links),
    'bytes',
  );
  report.note(where, 'memory before', mb(before.rss), 'MB');
  report.note(where, 'memory in the end', mb(after.rss), 'MB');
});
report.atMost('', 'temporary files left behind', readdirSync(temp).length, '', 0);
rmSync(temp, { recursive: true });
console.log(
  values.json
    ? JSON.stringify({ machine: machine(), quick: false, figures: report.figures, errors: [] }, null, 2)
    : `\n${toTable(report.figures)}`,
);
process.exit(report.figures.some(({ pass }) => pass === false) ? 1 : 0);

/** Waits until every device has dialled so many times. */
function dialled(fleet, times) {
  const haveAll = async () => (await fleet.call('figures')).fewestConnections >= times;
  return waitUntil(`every device dialled ${times} times`, haveAll, 600_000);
}

/**
 * Switches all devices off, and waits until all that ends by itself has ended in the backend: links, timers, and REST
 * connections of this process, too, which the backend keeps for seconds. What it holds then; what is left is told by the figures.
 */
async function whenAllAreGone(fleet, backend) {
  await fleet.call('halt');
  const isQuiet = async () => {
    const { waiting = 0 } = await backend.call('states');
    const { sockets, timers } = await backend.call('handles');
    return waiting === count && sockets === 0 && timers === 0;
  };
  await waitUntil('nothing left of the devices', isQuiet, GONE_WITHIN_MS).catch(({ message }) => say(message));
  const memory = await backend.call('memory');
  const handles = await backend.call('handles');
  const others = handles.resources - handles.timers - handles.sockets;
  return { ...handles, others, heap: memory.heapUsed + memory.external, rss: memory.rss };
}

function answeredOf(turns) {
  return turns.ended - Object.values(turns.other).reduce((sum, times) => sum + times, 0);
}

function seriesOf(text, series) {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  if (line === undefined) throw new Error(`/metrics has no ${series}`);
  return Number(line.slice(series.length + 1));
}

/** Of all series of one name. */
function sumOf(text, name) {
  const lines = text.split('\n').filter((each) => each.startsWith(`${name} `) || each.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

function say(line) {
  if (values.json) console.error(line);
  else console.log(line);
}

function mb(bytes) {
  return bytes / 1e6;
}
