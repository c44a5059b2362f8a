// What a request for metrics or for the status of all devices costs the conversations.
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../support/backend.mjs';
import { withScene } from '../support/scene.mjs';

const PATHS = ['/metrics', '/v1/devices/status'];
/** Prometheus asks every 15 s; this is far more often. */
const EVERY_MS = 1_500;

export async function scrape(report, { quick, count = quick ? 20 : 1_000 }) {
  const talking = quick ? 2 : 50;
  const seconds = quick ? 3 : 13;
  await withScene({ count, microphones: talking, answerMs: quick ? 1_600 : 8_000 }, async ({ fleet, backend }) => {
    const url = await backend.call('url');
    for (const path of PATHS) await cost(report, `${count} devices, ${path}`, backend, url + path, quick ? 2 : 5);
    await fleet.call('talk', { count: talking, speechMs: 2_000, pauseMs: 500, spreadMs: seconds * 1_000 });
    await sleep(seconds * 1_000);
    const without = await measure(fleet, backend, seconds, async () => undefined);
    const withScrapes = await measure(fleet, backend, seconds, () => Promise.all(PATHS.map((path) => get(url + path))));
    const where = `${count} devices, ${talking} conversations`;
    report.note(where, 'late frames without scrapes', without.late, '%');
    // Half a percent is what the conversations themselves are allowed.
    report.atMost(where, 'late frames with scrapes', withScrapes.late, '%', Math.max(0.5, without.late));
    report.note(where, 'loop lag p99 without scrapes', without.lag.p99, 'ms');
    report.note(where, 'loop lag p99 with scrapes', withScrapes.lag.p99, 'ms');
  });
}

async function cost(report, where, backend, url, tries) {
  await get(url);
  const blocks = [];
  const times = [];
  let bytes = 0;
  for (let round = 0; round < tries; round++) {
    // The text of /metrics is kept for a second.
    await sleep(1_050);
    const block = backend.call('longestBlock', 400);
    await sleep(50);
    const started = performance.now();
    bytes = await get(url);
    times.push(performance.now() - started);
    blocks.push(await block);
  }
  report.atMost(where, 'longest block of the loop, median', percentile(blocks, 0.5), 'ms', 50);
  report.note(where, 'answered within, median', percentile(times, 0.5), 'ms');
  report.note(where, 'size', bytes / 1000, 'KB');
}

async function measure(fleet, backend, seconds, disturb) {
  await fleet.call('reset');
  await backend.call('start');
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    await disturb();
    await sleep(EVERY_MS);
  }
  const { lag } = await backend.call('stop');
  const { late, gaps, failures } = await fleet.call('figures');
  if (gaps === 0 || Object.keys(failures).length > 0) throw new Error(`no conversation: ${JSON.stringify(failures)}`);
  return { lag, late: (100 * late) / gaps };
}

async function get(url) {
  const response = await fetch(url);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text.slice(0, 200)}`);
  return text.length;
}
