import { Histogram, type Registry } from 'prom-client';
import type { Clock } from '../core/clock.ts';
import type { DialtoneEvent } from './events.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** From lines that end at once to those that end when their device is restarted. Seconds. */
const BUCKETS = [1, 10, 60, 5 * 60, 30 * 60, HOUR, 4 * HOUR, 12 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY];

/**
 * Registers `dialtone_line_duration_seconds`, of all devices together. The returned function is told each change of a line, and
 * measures the line when it ends.
 */
export function createLineDurations(
  registry: Registry,
  clock: Clock,
): (event: Extract<DialtoneEvent, { type: 'device.state' }>) => void {
  const durations = new Histogram({
    name: 'dialtone_line_duration_seconds',
    help: 'How long lines were up that have ended, whatever ended them',
    buckets: BUCKETS,
    registers: [registry],
  });
  /** Since when each line is up, monotonic milliseconds. */
  const upSince = new Map<string, number>();
  return ({ device, state }) => {
    // The device is still there, and may be told the end of a sentence.
    if (state === 'draining') return;
    const since = upSince.get(device);
    upSince.delete(device);
    if (since !== undefined) durations.observe((clock.now() - since) / 1000);
    if (state === 'ready') upSince.set(device, clock.now());
  };
}
