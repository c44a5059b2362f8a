import { describe, expect, it } from 'vitest';
import { Heartbeat } from './heartbeat.ts';

const policy = { pingAfterMs: 10_000, deadAfterMs: 25_000, mutedDeadAfterMs: 120_000 };

/** Runs checks as they ask for them, up to a time; what was done and when. */
function run(heartbeat: Heartbeat, untilMs: number, answer?: (pingAtMs: number) => void): string[] {
  const log: string[] = [];
  for (let now = 0; now <= untilMs; ) {
    const { verdict, nextInMs } = heartbeat.check(now);
    if (verdict !== 'alive') log.push(`${verdict} ${now}`);
    if (verdict === 'ping') answer?.(now);
    if (verdict === 'dead') break;
    now += nextInMs;
  }
  return log;
}

describe('Heartbeat', () => {
  it('pings at once, then after 10 s of quiet, and stays up while pings are answered', () => {
    const heartbeat = new Heartbeat(policy, 0);
    const log = run(heartbeat, 60_000, (at) => heartbeat.pong(at + 40));
    expect(log).toEqual(['ping 0', 'ping 10040', 'ping 20080', 'ping 30120', 'ping 40160', 'ping 50200']);
    expect(heartbeat.rttMs).toBe(40);
  });

  it('is dead 25 s after the last frame of a device that has answered a ping', () => {
    const heartbeat = new Heartbeat(policy, 0);
    heartbeat.pong(0);
    expect(run(heartbeat, 60_000)).toEqual(['ping 0', 'ping 10000', 'ping 20000', 'dead 25000']);
  });

  it('asks no pongs of a device that never answered one', () => {
    const heartbeat = new Heartbeat(policy, 0);
    expect(run(heartbeat, 300_000).at(-1)).toBe('dead 120000');
  });

  it('does not ping while frames arrive', () => {
    const heartbeat = new Heartbeat(policy, 0);
    expect(heartbeat.check(0).verdict).toBe('ping');
    for (let now = 0; now < 100_000; now += 40) {
      heartbeat.seen(now);
      expect(heartbeat.check(now).verdict).toBe('alive');
    }
  });
});
