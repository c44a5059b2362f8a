import Groq from 'groq-sdk';
import type { Clock, Random } from '../../core/clock.ts';
import { DialtoneError } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';
import { GroqCall, type GroqLimits } from './call.ts';
import { groqError, type ShowWords } from './errors.ts';
import { serverAddress } from './server-address.ts';
import { wordsWithout } from './show-words.ts';

/** How Groq is reached. */
export interface GroqClientOptions extends Partial<GroqLimits> {
  /** Default: none, for a server in the user's own network. */
  readonly apiKey: Secret | undefined;
  /** Another address than https://api.groq.com; see {@link serverAddress}. */
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

/** What a {@link GroqClient} is made of. */
interface GroqClientParts {
  readonly sdk: Groq;
  readonly limits: GroqLimits;
  readonly clock: Clock;
  readonly random: Random;
  readonly isLocal: boolean;
  readonly apiKey: Secret | undefined;
}

/** The connection to Groq, or to another server with the API of OpenAI, that the engines of all three kinds share. */
export class GroqClient {
  // Private: the SDK's object holds the key as plain text, and printing this one must not show it.
  readonly #parts: GroqClientParts;
  readonly #calls = new Set<GroqCall>();

  constructor(parts: GroqClientParts) {
    this.#parts = parts;
  }

  get sdk(): Groq {
    return this.#parts.sdk;
  }

  /** Whether the server is in the user's own network. */
  get isLocal(): boolean {
    return this.#parts.isLocal;
  }

  /** Begins a call; `end()` it in a `finally`. @param sent as in {@link GroqClient.shower} */
  call(signal: AbortSignal, sent: readonly string[] = []): GroqCall {
    const { clock, random, limits } = this.#parts;
    const deps = { clock, random, limits, show: this.shower(sent) };
    const call = new GroqCall(deps, signal, (ended) => this.#calls.delete(ended));
    this.#calls.add(call);
    return call;
  }

  /**
   * What makes a server's words fit to be shown.
   * @param sent what people said, or are to be told, in the request: no error repeats it
   */
  shower(sent: readonly string[]): ShowWords {
    return wordsWithout(this.#parts.apiKey?.reveal(), sent);
  }

  /**
   * Asks for the list of models, which costs nothing, as proof that the server can be reached and takes the key. A server that
   * has no such list has answered too. Rejects with DialtoneError `engine_*`, with an AbortError when `signal` aborts.
   */
  async check(signal: AbortSignal): Promise<void> {
    const call = this.call(signal);
    try {
      await call.start((callSignal) => this.sdk.models.list({ signal: callSignal }));
    } catch (error) {
      if (!(error instanceof DialtoneError) || error.code !== 'engine_misconfigured') throw error;
    } finally {
      call.end();
    }
  }

  /** Ends every call under way. */
  close(): void {
    for (const call of [...this.#calls]) call.close();
  }
}

/**
 * Makes the client that the Groq engines share. Nothing is sent yet. A server in the user's own network needs no key.
 * @throws DialtoneError `engine_misconfigured` when there is no key, it cannot be one, or the address holds a password
 */
export function createGroqClient(options: GroqClientOptions): GroqClient {
  const { apiKey, baseUrl, clock, random } = options;
  if (baseUrl !== undefined && (!URL.canParse(baseUrl) || /^\w+:\/\/[^/]*@/.test(baseUrl))) {
    throw groqError(
      'engine_misconfigured',
      'GROQ_BASE_URL must be like http://host:11434/v1, without a user or password.',
    );
  }
  const address = serverAddress(baseUrl);
  if (!apiKey && !address.isLocal) {
    throw groqError('engine_misconfigured', 'Groq needs a key: set GROQ_API_KEY or GROQ_API_KEY_FILE.');
  }
  // fetch would complain of such a key, or of such an address, by printing it.
  if (apiKey && !/^[\x21-\x7e]+$/.test(apiKey.reveal())) {
    throw groqError('engine_misconfigured', 'GROQ_API_KEY holds characters that no key has, such as spaces.');
  }
  const limits: GroqLimits = {
    firstByteTimeoutMs: options.firstByteTimeoutMs ?? DEFAULT_GROQ_LIMITS.firstByteTimeoutMs,
    totalTimeoutMs: options.totalTimeoutMs ?? DEFAULT_GROQ_LIMITS.totalTimeoutMs,
    maxRetries: options.maxRetries ?? DEFAULT_GROQ_LIMITS.maxRetries,
    maxRetryWaitMs: options.maxRetryWaitMs ?? DEFAULT_GROQ_LIMITS.maxRetryWaitMs,
  };
  const sdk = new Groq({
    apiKey: apiKey?.reveal() ?? '',
    ...(apiKey ? {} : { defaultHeaders: { Authorization: null } }),
    baseURL: address.base,
    fetch: address.fetch,
    maxRetries: 0,
    timeout: Math.ceil(limits.totalTimeoutMs),
    // Its log would print bodies past our own log and its redaction.
    logLevel: 'off',
  });
  return new GroqClient({ sdk, limits, clock, random, isLocal: address.isLocal, apiKey });
}
