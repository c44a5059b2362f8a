import type { Clock, Timer } from '../../core/clock.ts';
import { DialtoneError, toDialtoneError, withEngine } from '../../core/errors.ts';
import { untilAborted } from '../../core/until-aborted.ts';
import type { Engine } from '../engine-call.ts';
import type { CallVerdict, EngineHealth } from './health.ts';

/** One engine of a list. */
export interface Member<E extends Engine> {
  readonly engine: E;
  /** Shared by all lists that hold the engine. */
  readonly health: EngineHealth;
  /**
   * How long the engine may take for its first output while nothing but the engine is waited for, milliseconds: then the next
   * engine is asked. Of a recogniser: for the final text, once the utterance has ended. Undefined: as long as it likes.
   */
  readonly firstOutputMs: number | undefined;
}

/** What an attempt is made with. */
export interface AttemptOptions<E extends Engine> {
  readonly member: Member<E>;
  readonly clock: Clock;
  /** The caller's. */
  readonly signal: AbortSignal;
  /** The attempt has begun, or is over. */
  readonly onBegin: (attempt: Attempt<E>) => void;
  readonly onEnd: (attempt: Attempt<E>) => void;
}

/** One engine's attempt at a call: it ends when the caller aborts, and when the first output takes too long. */
export class Attempt<E extends Engine> {
  readonly #options: AttemptOptions<E>;
  readonly #controller = new AbortController();
  readonly #abort = () => this.cancel('The call was aborted.');
  #state: 'new' | 'silent' | 'speaking' | 'over' = 'new';
  #verdict: CallVerdict | undefined;
  #timer: Timer | undefined;
  #isCancelled = false;

  constructor(options: AttemptOptions<E>) {
    this.#options = options;
  }

  get member(): Member<E> {
    return this.#options.member;
  }

  /** For the engine: aborts when the attempt ends. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the caller wants nothing any more: what the attempt ends with is no failure of the engine. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  begin(): void {
    const { member, signal, onBegin } = this.#options;
    this.#state = 'silent';
    this.#verdict = member.health.begin();
    onBegin(this);
    if (signal.aborted) this.#abort();
    else signal.addEventListener('abort', this.#abort, { once: true });
  }

  /** From now on the engine has all that it needs: its time runs, from the start. */
  works(): void {
    const { clock, member } = this.#options;
    const { firstOutputMs } = member;
    if (this.#state !== 'silent' || firstOutputMs === undefined) return;
    clock.clearTimer(this.#timer);
    this.#timer = clock.setTimer(() => this.#controller.abort(tooLate(member.engine.id, firstOutputMs)), firstOutputMs);
  }

  /** The engine waits for us: its time does not run. */
  waits(): void {
    this.#options.clock.clearTimer(this.#timer);
  }

  /** The first output has come: nothing is done again any more. */
  speaks(): void {
    this.waits();
    if (this.#state === 'silent') this.#state = 'speaking';
  }

  /** Waits for the engine, but no longer than the attempt lasts. */
  wait<T>(work: () => PromiseLike<T>): Promise<T> {
    return untilAborted(work, this.signal);
  }

  /** The caller wants nothing any more. @param why in words, for an AbortError */
  cancel(why: string): void {
    if (this.signal.aborted) return;
    this.#isCancelled = true;
    this.#controller.abort(new DOMException(why, 'AbortError'));
  }

  succeeded(): void {
    this.#verdict?.succeeded();
  }

  /** What was thrown, as the engine's failure; it counts as one. */
  failed(thrown: unknown): DialtoneError {
    const cause = this.signal.aborted ? this.signal.reason : thrown;
    const error = withEngine(toDialtoneError(cause), this.member.engine.id);
    this.#verdict?.failed(error);
    return error;
  }

  /** The attempt is over: what is still under way is aborted. An engine that has spoken and was left then has done its work. */
  end(): void {
    const { signal, onEnd } = this.#options;
    this.waits();
    if (this.#state === 'speaking') this.#verdict?.succeeded();
    this.#verdict?.left();
    this.#state = 'over';
    signal.removeEventListener('abort', this.#abort);
    if (!this.signal.aborted) this.#controller.abort(new DOMException('The call is over.', 'AbortError'));
    onEnd(this);
  }
}

function tooLate(engine: string, ms: number): DialtoneError {
  return new DialtoneError('engine_timeout', `${engine} gave nothing within ${ms / 1_000} s`, {
    retryable: true,
    engine,
  });
}
