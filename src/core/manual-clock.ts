import type { Clock, Timer } from './clock.ts';

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to advance. For tests and for runs in virtual time. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #order = 0;
  readonly #entries = new Set<Entry>();
  readonly #wallStartMs: number;

  constructor(wallStartMs = Date.UTC(2026, 0, 1, 12)) {
    this.#wallStartMs = wallStartMs;
  }

  now(): number {
    return this.#nowMs;
  }

  wallNow(): number {
    return this.#wallStartMs + this.#nowMs;
  }

  setTimer(run: () => void, delayMs: number): Timer {
    const entry: Entry = { at: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run };
    this.#entries.add(entry);
    return { id: entry };
  }

  clearTimer(timer: Timer | undefined): void {
    if (timer) this.#entries.delete(timer.id as Entry);
  }

  /** How many timers are waiting. */
  get pending(): number {
    return this.#entries.size;
  }

  /** Milliseconds until the next timer, or undefined when none waits. */
  get nextInMs(): number | undefined {
    const next = this.#next();
    return next ? next.at - this.#nowMs : undefined;
  }

  /** Moves time on by `ms`, running every timer that falls due, in order, each at its own time. */
  advance(ms: number): void {
    const end = this.#nowMs + ms;
    for (let next = this.#next(); next && next.at <= end; next = this.#next()) {
      this.#nowMs = next.at;
      this.#entries.delete(next);
      next.run();
    }
    this.#nowMs = end;
  }

  #next(): Entry | undefined {
    let best: Entry | undefined;
    for (const entry of this.#entries) {
      if (!best || entry.at < best.at || (entry.at === best.at && entry.order < best.order)) best = entry;
    }
    return best;
  }
}
