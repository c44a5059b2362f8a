import { statSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import type { Clock } from '../../core/clock.ts';

/** The wall clock may be ahead of what is known by this much, milliseconds: a night without power. */
const BELIEVED_AT_ONCE_MS = 24 * 3_600_000;

/** A clock that is further ahead is believed when it has gone on evenly for this time, milliseconds. */
const BELIEVED_AFTER_MS = 24 * 3_600_000;

/** A wall-clock time, and the monotonic time at which it was true, milliseconds. */
interface Moment {
  readonly wallMs: number;
  readonly atMs: number;
}

/**
 * The wall-clock time by which files may be removed for their age. A clock that jumps ahead (no battery, a wrong time server)
 * would make every file look old, and a removed file does not come back. So a time more than a day ahead of the last known one
 * is believed only after a day. The last known time is kept as the time of change of the folder, for a jump between two processes.
 */
export class TrustedTime {
  readonly #clock: Clock;
  readonly #dir: string;
  #known: Moment;
  /** The clock as it was when it was first found to be ahead. */
  #doubted: Moment | undefined;

  /** @param dir the folder whose files are removed by age; it need not exist yet */
  constructor(dir: string, clock: Clock) {
    this.#clock = clock;
    this.#dir = dir;
    const wallMs = clock.wallNow();
    // A folder that was changed in the future was changed while the clock was wrong.
    this.#known = { wallMs: Math.min(changedAt(dir) ?? wallMs, wallMs), atMs: clock.now() };
  }

  /** Wall-clock milliseconds, never ahead of what can be believed. */
  now(): number {
    const wallMs = this.#clock.wallNow();
    const atMs = this.#clock.now();
    const expectedMs = wallOf(this.#known, atMs);
    if (wallMs - expectedMs > BELIEVED_AT_ONCE_MS && !this.#hasLasted(wallMs, atMs)) return expectedMs;
    this.#known = { wallMs, atMs };
    this.#doubted = undefined;
    return wallMs;
  }

  /** Keeps the time for the next process. Call it after each change in the folder. Rejects as node:fs does. */
  async save(): Promise<void> {
    const seconds = this.now() / 1000;
    await utimes(this.#dir, seconds, seconds);
  }

  #hasLasted(wallMs: number, atMs: number): boolean {
    const isSame = this.#doubted && Math.abs(wallMs - wallOf(this.#doubted, atMs)) <= BELIEVED_AT_ONCE_MS;
    if (!isSame) this.#doubted = { wallMs, atMs };
    return this.#doubted !== undefined && atMs - this.#doubted.atMs >= BELIEVED_AFTER_MS;
  }
}

function wallOf(moment: Moment, atMs: number): number {
  return moment.wallMs + (atMs - moment.atMs);
}

/** When the folder was last changed, wall-clock milliseconds; undefined when there is none. */
function changedAt(dir: string): number | undefined {
  try {
    return statSync(dir).mtimeMs;
  } catch {
    return undefined;
  }
}
