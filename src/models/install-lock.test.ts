import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/program.ts';
import { ManualClock } from '../core/manual-clock.ts';
import { takeInstallLock } from './install-lock.ts';

const path = () => join(temporaryFolder(), 'deep', 'model.lock');
/** One whose wall is that of the disk. */
const clockOfNow = () => new ManualClock(Date.now());
/** A number that no process has. */
const NO_PID = 2 ** 30;

function leaveBehind(lock: string, owner: { host: string; pid: number }): void {
  writeFileSync(lock, JSON.stringify({ id: 'old', ...owner }));
}

describe('the lock of an installation', () => {
  it('is one process’s, until it is released', async () => {
    const lock = path();
    const clock = clockOfNow();
    const first = await takeInstallLock(lock, 'a', clock);
    await expect(takeInstallLock(lock, 'b', clock)).rejects.toMatchObject({ code: 'model_busy', retryable: true });
    await first.release();
    expect(existsSync(lock)).toBe(false);
    await (await takeInstallLock(lock, 'b', clock)).release();
    expect(clock.pending).toBe(0);
  });

  it('goes to one of many', async () => {
    const lock = path();
    const clock = clockOfNow();
    const tries = Array.from({ length: 20 }, (_, index) => takeInstallLock(lock, `${index}`, clock));
    const got = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled');
    expect(got).toHaveLength(1);
  });

  it('of a process of this machine that is gone does not count', async () => {
    const lock = path();
    const clock = clockOfNow();
    await (await takeInstallLock(lock, 'a', clock)).release();
    leaveBehind(lock, { host: hostname(), pid: NO_PID });
    await (await takeInstallLock(lock, 'b', clock)).release();
  });

  it('of another machine counts as long as it gives signs of life', async () => {
    const lock = path();
    const clock = clockOfNow();
    await (await takeInstallLock(lock, 'a', clock)).release();
    leaveBehind(lock, { host: 'another', pid: NO_PID });
    await expect(takeInstallLock(lock, 'b', clock)).rejects.toMatchObject({ code: 'model_busy' });
    const longAgo = Date.now() / 1000 - 61;
    utimesSync(lock, longAgo, longAgo);
    await (await takeInstallLock(lock, 'b', clock)).release();
  });

  it('that another took tells its owner, and stays with the other', async () => {
    const lock = path();
    const clock = clockOfNow();
    const mine = await takeInstallLock(lock, 'a', clock);
    leaveBehind(lock, { host: 'another', pid: NO_PID });
    const lost = new Promise((resolve) => mine.lost.addEventListener('abort', resolve));
    clock.advance(10_000);
    await lost;
    expect(mine.lost.reason).toMatchObject({ code: 'model_busy' });
    await mine.release();
    expect(readFileSync(lock, 'utf8')).toContain('old');
  });
});
