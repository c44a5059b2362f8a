import { type Backoff, backoffDelayMs, jittered } from '../../../core/backoff.ts';
import type { Clock, Random } from '../../../core/clock.ts';
import type { DialtoneError, ErrorCode } from '../../../core/errors.ts';
import { type CallErrors, ModelLoading } from './errors.ts';

/** An answer that is complete gets this long to end on the wire too, milliseconds: then its connection can be used again. */
const MAX_GOODBYE_MS = 1_000;

/** How long a call may take and how often it is tried. */
export interface CallLimits {
  /** Longest wait for the first piece of an answer, and for each one after it, milliseconds. */
  readonly firstByteTimeoutMs: number;
  /** Longest time spent waiting for the server in one call, retries included, milliseconds. */
  readonly totalTimeoutMs: number;
  /** How often a request is sent again when it was refused or not delivered. Never once an answer has begun. */
  readonly maxRetries: number;
  /** A `Retry-After` longer than this fails at once: no user waits that long for an answer. Milliseconds. */
  readonly maxRetryWaitMs: number;
}

/** What a call needs of the world. */
export interface CallDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: CallLimits;
  readonly errors: CallErrors;
}

/** A server that loads its model is asked again after this time, milliseconds, as long as the answer may take. */
const LOADING_MS = 1_000;

/** What a request fails with that may pass when it is sent again. */
const SENT_AGAIN: ReadonlySet<ErrorCode> = new Set(['engine_rate_limited', 'engine_overloaded', 'engine_unavailable']);

const RETRY_BACKOFF: Backoff = { baseMs: 200, factor: 2, jitter: { kind: 'added', ms: 200 } };

/**
 * One request and its answer: aborts it when the caller does, when it takes too long, and when it is left early.
 * The packages' own retries are off: they sleep as long as a server says, deaf to the signal.
 */
export class ServiceCall {
  /** Makes the errors of this call. */
  readonly errors: CallErrors;
  readonly #deps: CallDeps;
  readonly #caller: AbortSignal;
  readonly #controller = new AbortController();
  readonly #onEnd: (call: ServiceCall) => void;
  readonly #abort = () => this.#controller.abort();
  #quietLeftMs: number;
  #totalLeftMs: number;
  #timedOut = false;
  #saysGoodbye = false;

  constructor(deps: CallDeps, caller: AbortSignal, onEnd: (call: ServiceCall) => void) {
    this.errors = deps.errors;
    this.#deps = deps;
    this.#caller = caller;
    this.#onEnd = onEnd;
    this.#quietLeftMs = deps.limits.firstByteTimeoutMs;
    this.#totalLeftMs = deps.limits.totalTimeoutMs;
    if (caller.aborted) this.#abort();
    else caller.addEventListener('abort', this.#abort, { once: true });
  }

  /**
   * Sends the request, again if that may help; to a server that loads its model, until it has.
   * @throws DialtoneError `engine_*`, an AbortError when the caller aborts
   */
  async start<T>(send: (signal: AbortSignal) => PromiseLike<T>): Promise<T> {
    for (let retry = 0; ; ) {
      try {
        return await this.#wait(() => send(this.#controller.signal));
      } catch (error) {
        this.#throwIfOver();
        const mapped = this.errors.of(error, 'request');
        const isLoading = mapped instanceof ModelLoading;
        const delayMs = isLoading ? LOADING_MS : this.#retryDelayMs(mapped, retry);
        if (delayMs === undefined) throw mapped;
        if (!isLoading) retry++;
        await this.#wait(() => this.#sleep(delayMs));
      }
    }
  }

  /**
   * Waits for the next piece of an answer that has begun; see {@link ServiceCall.came}.
   * @throws DialtoneError `engine_*`, an AbortError when the caller aborts
   */
  async read<T>(next: () => PromiseLike<T>): Promise<T> {
    try {
      return await this.#wait(next);
    } catch (error) {
      this.#throwIfOver();
      throw this.errors.of(error, 'body');
    }
  }

  /** A piece has come that is more than a sign of life. @param nextMs how long the next one may take. Default: as long as any */
  came(nextMs = this.#deps.limits.firstByteTimeoutMs): void {
    this.#quietLeftMs = Math.min(nextMs, this.#deps.limits.firstByteTimeoutMs);
  }

  /**
   * The answer is complete, whatever still comes: reads that away in the background, for a second at most. The caller waits
   * for nothing, and `end()` does nothing any more.
   */
  goodbye(next: () => Promise<{ readonly done: boolean }>): void {
    this.#saysGoodbye = true;
    this.#caller.removeEventListener('abort', this.#abort);
    const { clock } = this.#deps;
    const timer = clock.setTimer(this.#abort, MAX_GOODBYE_MS);
    const readAway = async () => {
      while (!this.#controller.signal.aborted && !(await next()).done);
    };
    const over = () => {
      clock.clearTimer(timer);
      this.close();
    };
    readAway().then(over, over);
  }

  /** The call is over: what is still under way is aborted. Calling it twice does nothing. */
  end(): void {
    if (!this.#saysGoodbye) this.close();
  }

  /** As {@link ServiceCall.end}, and a goodbye is over too. */
  close(): void {
    this.#caller.removeEventListener('abort', this.#abort);
    this.#abort();
    this.#onEnd(this);
  }

  /** Only the time spent waiting for the server counts, not what the caller does between two pieces. */
  async #wait<T>(work: () => PromiseLike<T>): Promise<T> {
    this.#throwIfOver();
    const { clock } = this.#deps;
    const startedMs = clock.now();
    const timer = clock.setTimer(
      () => {
        this.#timedOut = true;
        this.#abort();
      },
      Math.min(this.#quietLeftMs, this.#totalLeftMs),
    );
    try {
      const value = await work();
      // The SDK ends an aborted stream as if it were complete.
      this.#throwIfOver();
      return value;
    } finally {
      clock.clearTimer(timer);
      const waitedMs = clock.now() - startedMs;
      this.#quietLeftMs -= waitedMs;
      this.#totalLeftMs -= waitedMs;
    }
  }

  #throwIfOver(): void {
    if (this.#caller.aborted) throw new DOMException('The call was aborted.', 'AbortError');
    if (this.#timedOut) throw this.errors.timeout();
    if (this.#controller.signal.aborted) throw new DOMException('The engine was closed.', 'AbortError');
  }

  #retryDelayMs(mapped: DialtoneError, retry: number): number | undefined {
    const { random, limits } = this.#deps;
    if (retry >= limits.maxRetries || !mapped.retryable) return undefined;
    // An answer that began and broke off may have been heard in part; a timeout has used up the time there was.
    if (!SENT_AGAIN.has(mapped.code)) return undefined;
    const askedMs = mapped.retryAfterMs;
    if (askedMs !== undefined && askedMs > limits.maxRetryWaitMs) return undefined;
    if (askedMs !== undefined) return jittered(askedMs, RETRY_BACKOFF.jitter, random);
    return backoffDelayMs(RETRY_BACKOFF, retry + 1, random);
  }

  #sleep(delayMs: number): Promise<void> {
    const { clock } = this.#deps;
    const { signal } = this.#controller;
    return new Promise((resolve) => {
      const done = () => {
        clock.clearTimer(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = clock.setTimer(done, delayMs);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
