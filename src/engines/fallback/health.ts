import type { Clock, Random, Timer } from '../../core/clock.ts';
import { DialtoneError, type ErrorCode, toDialtoneError, withEngine } from '../../core/errors.ts';
import { untilAborted } from '../../core/until-aborted.ts';
import type { Engine } from '../engine-call.ts';
import type { EngineEvent, EngineKind, EngineState } from '../events.ts';
import { admits, type BreakerInput, type BreakerState, CLOSED, stepBreaker } from './breaker.ts';
import { type ErrorClass, errorClass } from './error-class.ts';

/** An engine that is asked whether it is back answers within this time, milliseconds. */
const CHECK_MS = 10_000;

/** What the health of an engine is made with. */
export interface EngineHealthOptions {
  readonly kind: EngineKind;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
  /** Told of every change. */
  readonly report: (event: EngineEvent) => void;
}

/** What is known of an engine. Times are wall-clock milliseconds. */
export interface EngineStatus {
  readonly kind: EngineKind;
  readonly engine: string;
  readonly state: EngineState;
  /** Since when; undefined: it never was in another state. */
  readonly sinceMs: number | undefined;
  /** What it failed with last, whether it is up again or not; undefined: it never failed. */
  readonly lastError: EngineLastError | undefined;
}

/** The last failure of an engine. */
export interface EngineLastError {
  readonly class: ErrorClass;
  readonly code: ErrorCode;
  /** In words. */
  readonly message: string;
  readonly atMs: number;
}

/** How one call of an engine ends. Only the first word counts. */
export interface CallVerdict {
  /** The engine did what it should. */
  succeeded(): void;
  failed(error: DialtoneError): void;
  /** The caller has left: it says nothing of the engine. */
  left(): void;
}

/** The health of one engine, learnt from the calls of all devices; while it is not up, the engine is asked whether it is back. */
export class EngineHealth {
  readonly #options: EngineHealthOptions;
  #breaker: BreakerState = CLOSED;
  #sinceMs: number | undefined;
  #lastError: EngineLastError | undefined;
  #timer: Timer | undefined;
  #probe: AbortController | undefined;
  #isClosed = false;

  constructor(options: EngineHealthOptions) {
    this.#options = options;
  }

  get status(): EngineStatus {
    const { kind, engine } = this.#options;
    return { kind, engine: engine.id, state: this.#state, sinceMs: this.#sinceMs, lastError: this.#lastError };
  }

  /** Whether the engine may be given a call while there are others. */
  get isUsable(): boolean {
    const { clock, engine } = this.#options;
    return admits(this.#breaker, clock.now(), engine.check !== undefined);
  }

  /** A call of the engine begins. */
  begin(): CallVerdict {
    const begunAtMs = this.#options.clock.now();
    const isTrial = this.#breaker.type !== 'closed' && !this.#breaker.isTried;
    if (isTrial) this.#step({ type: 'trial_begun' });
    let isOver = false;
    const once = (end: () => void) => {
      if (isOver) return;
      isOver = true;
      end();
    };
    return {
      succeeded: () => once(() => this.#step({ type: 'succeeded', begunAtMs })),
      failed: (error) => once(() => this.#failed(error, begunAtMs)),
      left: () => once(() => isTrial && this.#step({ type: 'trial_left' })),
    };
  }

  /** Asks no more whether the engine is back. The engine itself is left open. */
  close(): void {
    this.#isClosed = true;
    this.#options.clock.clearTimer(this.#timer);
    this.#probe?.abort();
  }

  get #state(): EngineState {
    if (this.#breaker.type === 'closed') return 'up';
    return this.#breaker.type === 'full' ? 'full' : 'down';
  }

  #failed(error: DialtoneError, begunAtMs: number): void {
    const { code, message, retryAfterMs } = error;
    const failureClass = errorClass(error);
    this.#lastError = { class: failureClass, code, message, atMs: this.#options.clock.wallNow() };
    this.#step({ type: 'failed', class: failureClass, begunAtMs, retryAfterMs });
  }

  #step(input: BreakerInput): void {
    const { clock, random } = this.#options;
    const before = this.#breaker;
    const stateBefore = this.#state;
    this.#breaker = stepBreaker(before, input, { nowMs: clock.now(), random });
    if (this.#state !== stateBefore) this.#changed();
    if (this.#breaker !== before) this.#schedule();
  }

  #changed(): void {
    const { kind, engine, clock, report } = this.#options;
    const state = this.#state;
    this.#sinceMs = clock.wallNow();
    const reason = state === 'up' ? undefined : this.#lastError?.message;
    report({ type: 'engine.state', kind, engine: engine.id, state, ...(reason === undefined ? {} : { reason }) });
  }

  /** When the engine is asked next whether it is back. */
  #schedule(): void {
    const { clock, engine } = this.#options;
    clock.clearTimer(this.#timer);
    if (this.#breaker.type === 'closed') this.#probe?.abort();
    else if (engine.check && !this.#isClosed && !this.#probe) {
      this.#timer = clock.setTimer(() => void this.#ask(), this.#breaker.retryAtMs - clock.now());
    }
  }

  async #ask(): Promise<void> {
    const { clock, engine } = this.#options;
    const begunAtMs = clock.now();
    const probe = new AbortController();
    this.#probe = probe;
    const late = new DialtoneError('engine_timeout', `${engine.id} did not answer in time.`, { retryable: true });
    const timer = clock.setTimer(() => probe.abort(late), CHECK_MS);
    let input: () => void;
    try {
      await untilAborted(async () => engine.check?.(probe.signal), probe.signal);
      input = () => this.#step({ type: 'reached' });
    } catch (error) {
      const cause = probe.signal.aborted ? probe.signal.reason : error;
      input = () => this.#failed(withEngine(toDialtoneError(cause), engine.id), begunAtMs);
    }
    clock.clearTimer(timer);
    this.#probe = undefined;
    // A call may have shown meanwhile that the engine works.
    if (this.#isClosed || this.#breaker.type === 'closed') return;
    input();
    // Whatever came of it: an engine that is not up is asked again.
    this.#schedule();
  }
}
