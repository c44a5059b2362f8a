// Devices in one process, the backend in another, and a devices.json between them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from './backend.mjs';
import { startChild } from './child.mjs';

const UP_WITHIN_MS = 60_000;

/**
 * Starts both and waits until every line is up.
 * @param {{ count: number, protocol?: string, microphones?: number, answerMs?: number, profile?: string, reconnectDelay?: number }} options
 * `profile`: a folder for the backend's CPU profile
 */
async function openScene({ count, answerMs = 8_000, profile, ...fleetOptions }) {
  const fleet = startChild('fleet-main.mjs');
  const entries = await fleet.call('start', { count, ...fleetOptions });
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-bench-'));
  const file = join(folder, 'devices.json');
  const write = (devices) => writeFileSync(file, JSON.stringify({ devices }));
  write(entries);
  const backend = startChild('backend-main.mjs', {
    args: [file, String(answerMs)],
    // An early start would hide what we add behind the wait for the end of speech: bench/preemptive.mjs measures that.
    env: { LOG_LEVEL: 'info', PREEMPTIVE: 'false' },
    execArgv: profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [],
  });
  const close = async () => {
    await fleet.call('halt').catch(() => undefined);
    await backend.stop();
    await fleet.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  let ready = 0;
  try {
    const upMs = await waitUntil(
      `${count} devices ready`,
      async () => {
        ready = (await backend.call('states')).ready ?? 0;
        return ready === count;
      },
      UP_WITHIN_MS,
    );
    return { fleet, backend, entries, file, write, upMs, close };
  } catch (error) {
    await close();
    throw ready === 0 ? error : new TooMany(count - ready, error);
  }
}

/** Some devices were not ready within a minute: more than this machine holds. */
export class TooMany extends Error {
  constructor(missing, cause) {
    super(`${cause.message}: ${missing} were not`, { cause });
    this.missing = missing;
  }
}

/** Runs `use` on a scene and closes it whatever happens. */
export async function withScene(options, use) {
  const scene = await openScene(options);
  try {
    return await use(scene);
  } finally {
    await scene.close();
  }
}

/**
 * What the backend of a scene takes against the bare loop in the same seconds: whatever else slows this machine down, slows
 * both. @param options see bare-main.mjs @param {number} ms
 */
export async function againstBareLoop(backend, options, ms) {
  const bare = startChild('bare-main.mjs');
  try {
    await bare.call('prepare', options);
    await backend.call('start');
    const cost = await bare.call('measure', ms);
    const ours = await backend.call('stop');
    return { bare: cost.cpuSeconds / cost.seconds, ours: ours.cpuSeconds / ours.seconds, bareLag: cost.lag };
  } finally {
    await bare.stop();
  }
}
