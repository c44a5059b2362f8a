// Simulated xiaozhi devices in one process, the backend that they dial in another, and a devices.json between them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from './child.mjs';

/** How much longer than its sound an answer may take from the end of its question, milliseconds. */
const SPARE_MS = 9_000;

/**
 * Starts both, runs `use` on them, and closes them whatever happens. No device has dialled yet.
 * @param {{ count: number, answerMs: number, speechMs: number, mode?: 'auto' | 'realtime', profile?: string, env?: Record<string, string> }} options
 * `profile`: a folder for the backend's CPU profile
 */
export async function withInboundScene({ count, answerMs, speechMs, mode = 'auto', profile, env = {} }, use) {
  const fleet = startChild('inbound-main.mjs');
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-bench-'));
  const file = join(folder, 'devices.json');
  let backend;
  try {
    writeFileSync(file, JSON.stringify({ devices: await fleet.call('entries', count) }));
    backend = startChild('backend-main.mjs', {
      args: [file, String(answerMs)],
      env: { LOG_LEVEL: 'info', PREEMPTIVE: 'false', LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1', ...env },
      execArgv: profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [],
    });
    const listenPort = await backend.call('listenPort');
    await fleet.call('make', { count, listenPort, speechMs, mode, answerWithinMs: answerMs + SPARE_MS });
    return await use({ fleet, backend });
  } finally {
    await fleet.call('halt').catch(() => undefined);
    await backend?.stop();
    await fleet.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
