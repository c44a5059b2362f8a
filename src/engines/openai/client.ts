import Groq from 'groq-sdk';
import type { Clock, Random } from '../../core/clock.ts';
import type { Secret } from '../../core/secret.ts';
import { GroqCall, type GroqLimits } from './call.ts';
import { groqError } from './errors.ts';

/** How Groq is reached. */
export interface GroqClientOptions extends Partial<GroqLimits> {
  readonly apiKey: Secret | undefined;
  /** Another address than https://api.groq.com, with or without `/openai/v1` at its end. */
  readonly baseUrl?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/** Limits of a call unless others are given; see {@link GroqLimits}. */
const DEFAULT_GROQ_LIMITS: GroqLimits = {
  firstByteTimeoutMs: 10_000,
  totalTimeoutMs: 30_000,
  maxRetries: 1,
  maxRetryWaitMs: 2_000,
};

/** The connection to Groq that the engines of all three kinds share. */
export class GroqClient {
  // Private: the SDK's object holds the key as plain text, and printing this one must not show it.
  readonly #sdk: Groq;
  readonly #limits: GroqLimits;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #calls = new Set<GroqCall>();

  constructor(sdk: Groq, limits: GroqLimits, clock: Clock, random: Random) {
    this.#sdk = sdk;
    this.#limits = limits;
    this.#clock = clock;
    this.#random = random;
  }

  get sdk(): Groq {
    return this.#sdk;
  }

  /** Begins a call; `end()` it in a `finally`. */
  call(signal: AbortSignal): GroqCall {
    const deps = { clock: this.#clock, random: this.#random, limits: this.#limits };
    const call = new GroqCall(deps, signal, (ended) => this.#calls.delete(ended));
    this.#calls.add(call);
    return call;
  }

  /** Ends every call under way. */
  close(): void {
    for (const call of [...this.#calls]) call.end();
  }
}

/**
 * Makes the client that the Groq engines share. Nothing is sent yet.
 * @throws DialtoneError `engine_misconfigured` when there is no key or it cannot be one
 */
export function createGroqClient(options: GroqClientOptions): GroqClient {
  const { apiKey, baseUrl, clock, random } = options;
  if (!apiKey) {
    throw groqError('engine_misconfigured', 'Groq needs a key: set GROQ_API_KEY or GROQ_API_KEY_FILE.');
  }
  // fetch would complain of such a key by printing it.
  if (!/^[\x21-\x7e]+$/.test(apiKey.reveal())) {
    throw groqError('engine_misconfigured', 'GROQ_API_KEY holds characters that no key has, such as spaces.');
  }
  const limits: GroqLimits = {
    firstByteTimeoutMs: options.firstByteTimeoutMs ?? DEFAULT_GROQ_LIMITS.firstByteTimeoutMs,
    totalTimeoutMs: options.totalTimeoutMs ?? DEFAULT_GROQ_LIMITS.totalTimeoutMs,
    maxRetries: options.maxRetries ?? DEFAULT_GROQ_LIMITS.maxRetries,
    maxRetryWaitMs: options.maxRetryWaitMs ?? DEFAULT_GROQ_LIMITS.maxRetryWaitMs,
  };
  const sdk = new Groq({
    apiKey: apiKey.reveal(),
    baseURL: (baseUrl ?? 'https://api.groq.com').replace(/\/+$/, '').replace(/\/openai(\/v1)?$/, ''),
    maxRetries: 0,
    timeout: Math.ceil(limits.totalTimeoutMs),
    // Its log would print bodies past our own log and its redaction.
    logLevel: 'off',
  });
  return new GroqClient(sdk, limits, clock, random);
}
