import type { Clock, Timer } from '#src/core/clock';
import type { CounterName, HealthReport } from './health-report.ts';

const EVERY_MS = 10_000;

/** Counters of which the line tells how many a second there were since the last line. */
const RATES = [
  'mic_frames_captured',
  'mic_frames_sent',
  'mic_frames_dropped',
  'audio_frames_received',
  'audio_frames_played',
  'audio_frames_dropped',
] as const satisfies readonly CounterName[];

/** Writes a line of JSON about a device every 10 s; returns what ends it. */
export function logHealth(report: () => HealthReport, clock: Clock, write: (line: string) => void): () => void {
  let before = report();
  let atMs = clock.now();
  let timer: Timer | undefined;
  const next = () => {
    timer = clock.setTimer(() => {
      const now = report();
      const seconds = (clock.now() - atMs) / 1000;
      write(JSON.stringify(lineOf(before, now, seconds, clock.wallNow())));
      before = now;
      atMs = clock.now();
      next();
    }, EVERY_MS);
  };
  next();
  return () => clock.clearTimer(timer);
}

function lineOf(before: HealthReport, now: HealthReport, seconds: number, wallMs: number): object {
  const rates = RATES.map((name) => {
    const perS = (now.counters[name] - before.counters[name]) / seconds;
    return [`${name}_per_s`, Math.round(perS * 10) / 10] as const;
  });
  const { device, connected, counters, gauges } = now;
  return {
    time: new Date(wallMs).toISOString(),
    event: 'device.health',
    device,
    connected,
    ...Object.fromEntries(rates),
    underruns: counters.underruns,
    overruns: counters.overruns,
    connections: counters.connections,
    connection_failures: counters.connection_failures,
    speaker_queue_ms: gauges.speaker_queue_ms,
    mic_callback_max_ms: gauges.mic_callback_max_ms,
    uptime_s: gauges.uptime_s,
  };
}
