import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { ManualClock } from '#src/core/manual-clock';

/** Time passes in steps of this length, milliseconds. */
const STEP_MS = 10;
/**
 * What each step takes outside, milliseconds: sockets and files have their turn. So virtual time passes about nine times
 * as fast as real time, and more slowly on a machine that is busy.
 */
const TURN_MS = 1;
/** Turns of the event loop in a step, at least: as many as it takes for a message to come through a socket and back. */
const TURNS = 10;
/** How long a test waits for something: virtual milliseconds, and real ones, for what comes from another process. */
const PATIENCE_MS = 60_000;
const REAL_PATIENCE_MS = 30_000;
/** How long a step waits for work outside the process, real milliseconds: longer only when something is broken. */
const MAX_WORK_MS = 30_000;

/**
 * One clock for a backend and its devices in this process. Their sockets, codecs and engines are real; their time is not:
 * it stands still while the test does something else than wait, while the event loop is held up, and while an engine has
 * work to do. So what happens, and in which order, is the same on any machine.
 */
export class VirtualTime {
  readonly clock = new ManualClock();
  readonly #work: (() => Promise<unknown>)[] = [];
  #step: Promise<void> | undefined;

  /** Before time goes on, it waits until this resolves. Called once a step. */
  waitsFor(work: () => Promise<unknown>): void {
    this.#work.push(work);
  }

  /** Lets time pass until the check neither throws nor returns false; throws what it has thrown when it does for ever. */
  async until(check: () => unknown): Promise<void> {
    const endMs = this.clock.now() + PATIENCE_MS;
    const realEndMs = performance.now() + REAL_PATIENCE_MS;
    for (;;) {
      try {
        if (check() !== false) return;
        throw new Error(`it did not come true: ${check}`);
      } catch (error) {
        if (this.clock.now() >= endMs && performance.now() >= realEndMs) throw error;
      }
      await this.#next();
    }
  }

  /** Lets time pass until this is settled. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    work.then(settle, settle);
    await nextTurn();
    while (!isSettled) await this.#next();
    return work;
  }

  /** Lets so much time pass, milliseconds. */
  async pass(ms: number): Promise<void> {
    const endMs = this.clock.now() + ms;
    while (this.clock.now() < endMs) await this.#next();
  }

  /** Does something again and again, this many milliseconds apart, as long as time passes. */
  every(ms: number, run: () => void): void {
    this.clock.setTimer(() => {
      run();
      this.every(ms, run);
    }, ms);
  }

  /** One step, shared by all who wait at the same time. */
  #next(): Promise<void> {
    this.#step ??= this.#takeStep().finally(() => {
      this.#step = undefined;
    });
    return this.#step;
  }

  async #takeStep(): Promise<void> {
    // All who waited for the step before look at it first.
    await nextTurn();
    this.clock.advance(STEP_MS);
    await sleep(TURN_MS);
    // However late the machine came back from it: what was said meanwhile is heard, answered and heard again.
    for (let turn = 0; turn < TURNS; turn++) await nextTurn();
    const done = Promise.all(this.#work.map((work) => work()));
    const patience = new AbortController();
    await Promise.race([done, sleep(MAX_WORK_MS, undefined, { signal: patience.signal }).catch(() => {})]);
    patience.abort();
  }
}
