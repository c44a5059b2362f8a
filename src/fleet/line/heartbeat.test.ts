import { describe, expect, it } from 'vitest';
import { Heartbeat } from './heartbeat.ts';

const policy = { probeAfterMs: 10_000, deadAfterMs: 25_000, mutedDeadAfterMs: 120_000 };

/** Runs checks as they ask for them, up to a time; what was done and when. */
function run(heartbeat: Heartbeat, untilMs: number, answer?: (pingAtMs: number) => void): string[] {
  const log: string[] = [];
  for (let now = 0; now <= untilMs; ) {
    const { verdict, nextInMs } = heartbeat.check(now);
    if (verdict !== 'alive') log.push(`${verdict} ${now}`);
    if (verdict === 'probe') answer?.(now);
    if (verdict === 'dead') break;
    now += nextInMs;
  }
  return log;
}

describe('Heartbeat', () => {
  it('probes at once, then after 10 s of quiet, and stays up while probes are answered', () => {
    const heartbeat = new Heartbeat(policy, 0);
    const log = run(heartbeat, 60_000, (at) => heartbeat.answered(at + 40));
    expect(log).toEqual(['probe 0', 'probe 10040', 'probe 20080', 'probe 30120', 'probe 40160', 'probe 50200']);
    expect(heartbeat.rttMs).toBe(40);
  });

  it('is dead 25 s after the last frame of a device that has answered a probe', () => {
    const heartbeat = new Heartbeat(policy, 0);
    heartbeat.answered(0);
    expect(run(heartbeat, 60_000)).toEqual(['probe 0', 'probe 10000', 'probe 20000', 'dead 25000']);
  });

  it('asks no answers of a device that never answered one', () => {
    const heartbeat = new Heartbeat(policy, 0);
    expect(run(heartbeat, 300_000).at(-1)).toBe('dead 120000');
  });

  it('does not probe while frames arrive', () => {
    const heartbeat = new Heartbeat(policy, 0);
    expect(heartbeat.check(0).verdict).toBe('probe');
    for (let now = 0; now < 100_000; now += 40) {
      heartbeat.seen(now);
      expect(heartbeat.check(now).verdict).toBe('alive');
    }
  });
});
