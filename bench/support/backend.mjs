// The backend as its own process, as `npm start` runs it, and what can be asked of it over REST.
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Writes a devices.json for the entries and starts the backend on it. */
export async function startBackend(entries, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-bench-'));
  const file = join(folder, 'devices.json');
  writeFileSync(file, JSON.stringify({ devices: entries }));
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, REMOTE_DEVICES_CONFIG: file, PORT: '0', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const url = await new Promise((resolve, reject) => {
    void exited.then((code) => reject(new Error(`the backend ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { event, url } = JSON.parse(line);
      if (event === 'http.listening') resolve(url);
    });
  });
  const get = async (path) => (await fetch(url + path)).json();
  return {
    url,
    file,
    pid: child.pid,
    status: () => get('/v1/devices/status'),
    /** Values of metrics without labels, by name. */
    metrics: async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return new Map(
        text.split('\n').flatMap((line) => {
          const match = /^(\w+) ([-+\d.e]+)$/.exec(line);
          return match ? [[match[1], Number(match[2])]] : [];
        }),
      );
    },
    async stop() {
      const start = performance.now();
      child.kill('SIGTERM');
      const code = await exited;
      return { code, ms: performance.now() - start };
    },
  };
}

/** Waits until `isTrue` holds; how long that took, milliseconds. Fails after `limitMs`. */
export async function waitUntil(what, isTrue, limitMs) {
  const start = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - start > limitMs) throw new Error(`${what}: not within ${limitMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return performance.now() - start;
}

/** The value below which the part `p` of the values lies. */
export function percentile(values, p) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)];
}

/**
 * How much the second value of the points grows in a minute of the first, which is in milliseconds: least squares over the
 * second half, because the first is warming up.
 */
export function slope(points) {
  const half = points.slice(Math.floor(points.length / 2));
  const mean = (index) => half.reduce((sum, point) => sum + point[index], 0) / half.length;
  const [x, y] = [mean(0), mean(1)];
  const top = half.reduce((sum, [px, py]) => sum + (px - x) * (py - y), 0);
  const bottom = half.reduce((sum, [px]) => sum + (px - x) ** 2, 0);
  return (top / bottom) * 60_000;
}
