import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Clock } from '../../core/clock.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { TrustedTime } from './trusted-time.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.UTC(2026, 0, 10, 12);

/** A clock whose wall can be set. */
function setUp(lastChange: number = START) {
  const dir = mkdtempSync(join(tmpdir(), 'dialtone-time-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  utimesSync(dir, lastChange / 1000, lastChange / 1000);
  const steady = new ManualClock(START);
  let setByMs = 0;
  const clock: Clock = {
    now: () => steady.now(),
    wallNow: () => steady.wallNow() + setByMs,
    setTimer: (run, ms) => steady.setTimer(run, ms),
    clearTimer: (timer) => steady.clearTimer(timer),
  };
  return {
    clock,
    open: () => new TrustedTime(dir, clock),
    pass: (ms: number) => steady.advance(ms),
    set: (ms: number) => {
      setByMs += ms;
    },
    /** Hours that the trusted time is ahead of the start. */
    hours: (time: TrustedTime) => (time.now() - START) / HOUR_MS,
  };
}

describe('the time by which files are removed', () => {
  it('is the clock, as long as the clock goes on evenly', () => {
    const { open, pass, hours } = setUp();
    const time = open();
    pass(40 * DAY_MS);
    expect(hours(time)).toBe(40 * 24);
  });

  it('follows small corrections, and a clock that is set back', () => {
    const { open, set, hours } = setUp();
    const time = open();
    set(2 * HOUR_MS);
    expect(hours(time)).toBe(2);
    set(-5 * DAY_MS);
    expect(hours(time)).toBe(2 - 5 * 24);
  });

  it('does not follow a jump of 30 days for a day, and then does', () => {
    const { open, set, pass, hours } = setUp();
    const time = open();
    set(30 * DAY_MS);
    expect(hours(time)).toBe(0);
    pass(23 * HOUR_MS);
    expect(hours(time)).toBe(23);
    pass(HOUR_MS);
    expect(hours(time)).toBe(31 * 24);
  });

  it('forgets a jump that is taken back', () => {
    const { open, set, pass, hours } = setUp();
    const time = open();
    set(30 * DAY_MS);
    pass(20 * HOUR_MS);
    expect(hours(time)).toBe(20);
    set(-30 * DAY_MS);
    pass(HOUR_MS);
    expect(hours(time)).toBe(21);
    set(30 * DAY_MS);
    pass(10 * HOUR_MS);
    expect(hours(time)).toBe(31);
  });

  it('does not follow a jump between two processes, and the next process does not either', async () => {
    const { open, set, pass, hours } = setUp();
    const first = open();
    pass(5 * HOUR_MS);
    await first.save();
    set(30 * DAY_MS);
    const second = open();
    expect(hours(second)).toBe(5);
    await second.save();
    pass(HOUR_MS);
    expect(hours(open())).toBe(5);
  });

  it('believes a night without power, and a folder that was changed in the future', () => {
    const night = setUp(START - 10 * HOUR_MS);
    expect(night.hours(night.open())).toBe(0);
    const future = setUp(START + 14 * DAY_MS);
    expect(future.hours(future.open())).toBe(0);
  });
});
