import { backoffDelayMs, type Jitter } from '../core/backoff.ts';
import type { Clock, Random, Timer } from '../core/clock.ts';
import { type DialtoneError, toDialtoneError } from '../core/errors.ts';
import type { NewsFetch, Validators } from './news-fetch.ts';
import type { NewsSource } from './news-source.ts';

/** The wait behind a first failure, milliseconds; it doubles with every further one. */
const FIRST_RETRY_MS = 60_000;

/** Many installations may ask the same server. */
const JITTER: Jitter = { kind: 'around', share: 0.2 };

/** What keeping the news up to date needs. */
export interface RefreshingNewsOptions {
  readonly fetch: NewsFetch;
  /** How long headlines are good, milliseconds. */
  readonly cacheMs: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Told once when the news cannot be had, however often it is tried then. */
  readonly onProblem: (error: DialtoneError) => void;
  /** Told when it can be had again. */
  readonly onRecovered: () => void;
}

/**
 * Headlines that are fetched beforehand, off the path of any answer: at `start` or the first use, and from then on when
 * they are older than `cacheMs`. What was fetched stays good until there is something newer.
 */
export class RefreshingNews implements NewsSource {
  readonly #options: RefreshingNewsOptions;
  readonly #closing = new AbortController();
  #headlines: readonly string[] = [];
  #validators: Validators = {};
  #started = false;
  #failures = 0;
  #timer: Timer | undefined;

  constructor(options: RefreshingNewsOptions) {
    this.#options = options;
  }

  headlines(): readonly string[] {
    this.start();
    return this.#headlines;
  }

  /** Begins to fetch; once is enough, more do no harm. */
  start(): void {
    if (this.#started || this.#closing.signal.aborted) return;
    this.#started = true;
    void this.#refresh();
  }

  /** Fetches no more. */
  close(): void {
    this.#closing.abort();
    this.#options.clock.clearTimer(this.#timer);
  }

  async #refresh(): Promise<void> {
    const { signal } = this.#closing;
    let waitMs = this.#options.cacheMs;
    try {
      const news = await this.#options.fetch(this.#validators, signal);
      if (signal.aborted) return;
      if (news !== 'unchanged') {
        this.#headlines = news.headlines;
        this.#validators = news.validators;
      }
      if (this.#failures > 0) this.#options.onRecovered();
      this.#failures = 0;
    } catch (cause) {
      if (signal.aborted) return;
      const error = toDialtoneError(cause);
      this.#failures += 1;
      if (this.#failures === 1) this.#options.onProblem(error);
      if (error.retryable) waitMs = this.#retryMs();
    }
    this.#timer = this.#options.clock.setTimer(() => void this.#refresh(), waitMs);
  }

  #retryMs(): number {
    const { cacheMs, random } = this.#options;
    return backoffDelayMs(
      { baseMs: FIRST_RETRY_MS, factor: 2, capMs: cacheMs, jitter: JITTER },
      this.#failures,
      random,
    );
  }
}
