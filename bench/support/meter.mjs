// What this process costs: CPU, memory, how late its event loop is.
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

const RESOLUTION_MS = 10;

/** Measures from `start` to `stop`. CPU in seconds of one core, loop lag in milliseconds behind its timer. */
export function createMeter() {
  const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  lag.enable();
  let cpu = process.cpuUsage();
  let at = performance.now();
  let stolen = stolenSeconds();
  return {
    start() {
      lag.reset();
      cpu = process.cpuUsage();
      at = performance.now();
      stolen = stolenSeconds();
    },
    stop() {
      const { user, system } = process.cpuUsage(cpu);
      const lagMs = (p) => Math.max(0, lag.percentile(p) / 1e6 - RESOLUTION_MS);
      return {
        seconds: (performance.now() - at) / 1000,
        cpuSeconds: (user + system) / 1e6,
        stolenSeconds: stolenSeconds() - stolen,
        lag: { p50: lagMs(50), p99: lagMs(99), max: Math.max(0, lag.max / 1e6 - RESOLUTION_MS) },
      };
    },
  };
}

/**
 * CPU time that other virtual machines took from this one since it started, seconds of a core: while they have it, nothing
 * here runs, whatever it needs. 0 where the system does not tell.
 */
function stolenSeconds() {
  try {
    return Number(/^cpu +(?:\d+ +){7}(\d+)/.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? 0) / 100;
  } catch {
    return 0;
  }
}

/** Memory after what is garbage was collected, bytes. Malloc keeps freed pages, so the least of several looks counts. */
export async function memory() {
  let rss = Number.POSITIVE_INFINITY;
  let used = process.memoryUsage();
  for (let look = 0; look < 3; look++) {
    globalThis.gc?.();
    await sleep(100);
    used = process.memoryUsage();
    rss = Math.min(rss, used.rss);
  }
  return { rss, heapUsed: used.heapUsed, external: used.external };
}
