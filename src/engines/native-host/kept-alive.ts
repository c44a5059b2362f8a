import type { Clock, Random, Timer } from '../../core/clock.ts';
import { type DialtoneError, toDialtoneError, withEngine } from '../../core/errors.ts';
import { INITIAL_SUPERVISOR, type SupervisorInput, supervise } from './supervisor.ts';

/** What asks for the child while it is away waits for it if it will be started again within this time, milliseconds. */
const SOON_MS = 1_000;

/** Runs native code and may die at any time: a child process, or a worker thread. */
export interface Child {
  /** Ends it. Resolves when it is gone. */
  close(): Promise<void>;
}

/** What a child tells of itself, never while it is being made. */
export interface ChildEvents {
  /** It can be used. */
  readonly onReady: () => void;
  /**
   * It is gone, or is of no use; what it tells afterwards is ignored.
   * @param blameModel another start is no use until something is changed: a file, an installation
   */
  readonly onLost: (error: DialtoneError, blameModel: boolean) => void;
}

/** What the child is doing, for the event bus. */
export interface ChildStateReport {
  readonly state: 'starting' | 'ready' | 'down';
  /** Why it is down. */
  readonly reason?: string;
}

/** What a child is kept alive with. */
export interface KeptAliveOptions<Config, C extends Child> {
  readonly clock: Clock;
  readonly random: Random;
  /** Name of the engine that the child works for; errors bear it. */
  readonly engine: string;
  /** Checks what can be checked before a start, and says what to start with. Throws DialtoneError. */
  readonly prepare: () => Promise<Config>;
  /** Starts a child. Throws when that is impossible. */
  readonly create: (config: Config, events: ChildEvents) => C;
  readonly onReady?: () => void;
  /** There is no child now, whether it died, could not be started or is being closed: what it was at is lost. */
  readonly onLost: (error: DialtoneError) => void;
  readonly onState?: ((report: ChildStateReport) => void) | undefined;
  /** Why nothing works any more behind {@link KeptAlive.close}. */
  readonly closedError: () => DialtoneError;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: DialtoneError) => void;
}

/** Keeps one child alive by the rules of {@link supervise}: starts it, knows whether it is ready, starts it again, ends it. */
export class KeptAlive<Config, C extends Child> {
  readonly #options: KeptAliveOptions<Config, C>;
  #supervisor = INITIAL_SUPERVISOR;
  #child: C | undefined;
  #retryTimer: Timer | undefined;
  #retryAtMs = 0;
  #lastError: DialtoneError | undefined;
  #waiters: Waiter[] = [];
  #launching: Promise<void> = Promise.resolve();

  constructor(options: KeptAliveOptions<Config, C>) {
    this.#options = options;
  }

  /** The child, while there is one, ready or not. */
  get child(): C | undefined {
    return this.#child;
  }

  /** Whether it can be used now. */
  get isReady(): boolean {
    return this.#supervisor.phase === 'ready';
  }

  /** Starts the child unless that was done before. */
  start(): void {
    this.#apply({ type: 'start' });
  }

  /** Starts it if need be; resolves when it is ready, rejects with the reason when it cannot be made so. */
  ready(): Promise<void> {
    this.start();
    const { phase, loadFailures } = this.#supervisor;
    if (phase === 'ready') return Promise.resolve();
    if (phase === 'closed') return Promise.reject(this.#options.closedError());
    if (phase === 'waiting' && loadFailures > 0 && this.#lastError) return Promise.reject(this.#lastError);
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** Why it is no use to wait for the child: it was closed, or is started again later than soon. Undefined: wait. */
  get refusal(): DialtoneError | undefined {
    const { phase } = this.#supervisor;
    if (phase === 'closed') return this.#options.closedError();
    if (phase === 'waiting' && this.#retryAtMs - this.#options.clock.now() > SOON_MS) return this.#lastError;
    return undefined;
  }

  /** Ends the child for good and waits for its end. */
  async close(): Promise<void> {
    this.#apply({ type: 'close' });
    await this.#launching;
    await this.#child?.close();
  }

  #apply(input: SupervisorInput): void {
    const { clock, random, closedError } = this.#options;
    const [state, effect] = supervise(this.#supervisor, input, random);
    this.#supervisor = state;
    if (effect?.type === 'launch') this.#launching = this.#launch();
    if (effect?.type === 'stop') {
      clock.clearTimer(this.#retryTimer);
      this.#fail(closedError());
    }
    if (effect?.type === 'retry_later') {
      this.#retryAtMs = clock.now() + effect.delayMs;
      this.#retryTimer = clock.setTimer(() => this.#apply({ type: 'retry' }), effect.delayMs);
    }
  }

  async #launch(): Promise<void> {
    const { prepare, create, onState } = this.#options;
    onState?.({ state: 'starting' });
    try {
      const config = await prepare();
      if (this.#supervisor.phase !== 'starting') return;
      let isOver = false;
      this.#child = create(config, {
        onReady: () => {
          if (!isOver) this.#isReady();
        },
        onLost: (error, blameModel) => {
          if (isOver) return;
          isOver = true;
          this.#lost(error, blameModel);
        },
      });
    } catch (error) {
      this.#lost(toDialtoneError(error, 'engine_unavailable'), true);
    }
  }

  #isReady(): void {
    const { clock, onReady, onState } = this.#options;
    this.#apply({ type: 'ready', nowMs: clock.now() });
    onState?.({ state: 'ready' });
    for (const waiter of this.#waiters.splice(0)) waiter.resolve();
    onReady?.();
  }

  #lost(cause: DialtoneError, blameModel: boolean): void {
    this.#child = undefined;
    if (this.#supervisor.phase === 'closed') return;
    const { clock, engine, onState } = this.#options;
    const error = withEngine(cause, engine);
    this.#lastError = error;
    this.#apply({ type: 'lost', nowMs: clock.now(), blameModel });
    onState?.({ state: 'down', reason: error.message });
    this.#fail(error);
  }

  #fail(error: DialtoneError): void {
    this.#options.onLost(error);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }
}
