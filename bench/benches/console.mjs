// The longest frame of the console in a real browser, while much happens in a large fleet.
import { setTimeout as sleep } from 'node:timers/promises';
import { Chromium, hasChromium } from '../../dist/device-sim/testing/chromium.js';
import { percentile } from '../support/backend.mjs';
import { startChild } from '../support/child.mjs';

const EVENTS_PER_SECOND = 100;
const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 360, height: 740 } };
/** Asked for by the page every 10 s: a run has several of these. */
const FULL_SECONDS = 30;

/** @param report createReport @param {{ quick: boolean, count?: number }} options */
export async function consolePage(report, { quick, count = quick ? 50 : 500 }) {
  if (!hasChromium()) {
    process.stderr.write('SKIPPED: console: chromium is missing here (apt-get install chromium)\n');
    return;
  }
  const backend = startChild('console-main.mjs');
  const chromium = await Chromium.start();
  try {
    const url = await backend.call('start', count);
    for (const [name, size] of Object.entries(SIZES)) {
      const where = `${count} devices, ${EVENTS_PER_SECOND} events/s, ${name}`;
      const { frames, told, seconds } = await measure(backend, chromium, url, { size, count, quick });
      report.note(where, 'events', told / seconds, '/s');
      report.note(where, 'frames', frames.length / seconds, '/s');
      report.note(where, 'frame, median', percentile(frames, 0.5), 'ms');
      report.note(where, 'frame, p99', percentile(frames, 0.99), 'ms');
      const longest = Math.max(...frames);
      if (quick) report.note(where, 'longest frame', longest, 'ms');
      else report.atMost(where, 'longest frame', longest, 'ms', 50);
    }
  } finally {
    await chromium.close();
    await backend.stop();
  }
}

async function measure(backend, chromium, url, { size, count, quick }) {
  await chromium.show(size);
  await chromium.open(`${url}/console`);
  while ((await chromium.run(`document.querySelectorAll('#device-rows .row').length`)) < count) await sleep(50);
  await backend.call('tell', EVENTS_PER_SECOND);
  await sleep(2_000);
  const seconds = quick ? 2 : FULL_SECONDS;
  const frames = await chromium.run(`new Promise((resolve) => {
    const frames = [];
    const begun = performance.now();
    let last = begun;
    const frame = (now) => {
      frames.push(now - last);
      last = now;
      if (now - begun < ${seconds * 1_000}) requestAnimationFrame(frame);
      else resolve(frames.slice(1));
    };
    requestAnimationFrame(frame);
  })`);
  const told = await backend.call('stop');
  return { frames, told, seconds: seconds + 2 };
}
