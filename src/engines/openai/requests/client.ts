import type { Clock, Random } from '../../../core/clock.ts';
import { DialtoneError } from '../../../core/errors.ts';
import { HttpConnections } from '../../../core/http-connections.ts';
import type { Secret } from '../../../core/secret.ts';
import { type CallLimits, ServiceCall } from './call.ts';
import { CallErrors } from './errors.ts';
import { groqWire } from './groq-wire.ts';
import { openAiWire } from './openai-wire.ts';
import { type ServerAddress, serverAddress } from './server-address.ts';
import type { Service } from './service.ts';
import { wordsWithout } from './show-words.ts';
import type { Wire } from './wire.ts';

/** How a service is reached. */
export interface ServiceClientOptions extends Partial<CallLimits> {
  /** Default: none, for a server in the user's own network. */
  readonly apiKey: Secret | undefined;
  /** Another address than the service's own; see {@link serverAddress}. */
  readonly baseUrl?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/** Limits of a call unless others are given; see {@link CallLimits}. */
const DEFAULT_LIMITS: CallLimits = {
  firstByteTimeoutMs: 10_000,
  totalTimeoutMs: 30_000,
  maxRetries: 1,
  maxRetryWaitMs: 2_000,
};

/** What a {@link ServiceClient} is made of. */
interface ServiceClientParts {
  readonly service: Service;
  readonly wire: Wire;
  readonly limits: CallLimits;
  readonly clock: Clock;
  readonly random: Random;
  readonly address: ServerAddress;
  readonly apiKey: Secret | undefined;
  /** Of this client alone: they are closed with it. */
  readonly connections: HttpConnections;
}

/** What is asked of a server. */
export type Endpoint = 'chat/completions' | 'audio/transcriptions' | 'audio/speech' | 'models';

/** The way to a service with the API of OpenAI, for engines of all three kinds. */
export class ServiceClient {
  // Private: the package's object holds the key as plain text, and printing this one must not show it.
  readonly #parts: ServiceClientParts;
  readonly #calls = new Set<ServiceCall>();

  constructor(parts: ServiceClientParts) {
    this.#parts = parts;
  }

  get service(): Service {
    return this.#parts.service;
  }

  get wire(): Wire {
    return this.#parts.wire;
  }

  /** Whether the server is in the user's own network. */
  get isLocal(): boolean {
    return this.#parts.address.isLocal;
  }

  /** Whether the server is the service's own. */
  get isHome(): boolean {
    return this.#parts.address.isHome;
  }

  /**
   * Begins a call; `end()` it in a `finally`.
   * @param sent what people said, or are to be told, in the request: no error repeats it
   */
  call(endpoint: Endpoint, signal: AbortSignal, sent: readonly string[] = []): ServiceCall {
    const { service, clock, random, limits, address, apiKey } = this.#parts;
    const errors = new CallErrors({
      service,
      isHome: address.isHome,
      address: () => address.of(endpoint),
      show: wordsWithout(apiKey?.reveal(), sent),
      wallNow: () => clock.wallNow(),
    });
    const call = new ServiceCall({ clock, random, limits, errors }, signal, (ended) => this.#calls.delete(ended));
    this.#calls.add(call);
    return call;
  }

  /**
   * Asks for the list of models, which costs nothing, as proof that the server can be reached and takes the key. A server that
   * has no such list has answered too. Rejects with DialtoneError `engine_*`, with an AbortError when `signal` aborts.
   */
  async check(signal: AbortSignal): Promise<void> {
    const call = this.call('models', signal);
    try {
      await call.start((callSignal) => this.wire.models(callSignal));
    } catch (error) {
      if (!(error instanceof DialtoneError) || error.code !== 'engine_misconfigured') throw error;
    } finally {
      call.end();
    }
  }

  /** A call will come soon: opens a connection for it, and loads what sends it. Cheap where both are there. */
  warm(): void {
    const { wire, connections, address } = this.#parts;
    wire.prepare?.();
    connections.warm(address.origin);
  }

  /** Ends every call under way, and closes the connections. */
  close(): void {
    for (const call of [...this.#calls]) call.close();
    this.#parts.connections.close();
  }
}

/**
 * Makes the client of an engine. Nothing is sent yet. A server in the user's own network needs no key.
 * @throws DialtoneError `engine_misconfigured` when there is no key, it cannot be one, or the address holds a password
 */
export function createServiceClient(service: Service, options: ServiceClientOptions): ServiceClient {
  const { apiKey, baseUrl, clock, random } = options;
  const { key, url } = service.settings;
  const wrong = (message: string) => new DialtoneError('engine_misconfigured', message, { engine: service.id });
  if (baseUrl !== undefined && (!URL.canParse(baseUrl) || /^\w+:\/\/[^/]*@/.test(baseUrl))) {
    throw wrong(`${url} must be like http://host:11434/v1, without a user or password.`);
  }
  const connections = new HttpConnections();
  const address = serverAddress(service, baseUrl, connections.fetch);
  if (!apiKey && !address.isLocal) {
    throw wrong(
      `${service.name} needs a key: set ${key} or ${key}_FILE, or ${url} to the address of a server in your own network.`,
    );
  }
  // fetch would complain of such a key, or of such an address, by printing it.
  if (apiKey && !/^[\x21-\x7e]+$/.test(apiKey.reveal())) {
    throw wrong(`${key} holds characters that no key has, such as spaces.`);
  }
  const limits: CallLimits = {
    firstByteTimeoutMs: options.firstByteTimeoutMs ?? DEFAULT_LIMITS.firstByteTimeoutMs,
    totalTimeoutMs: options.totalTimeoutMs ?? DEFAULT_LIMITS.totalTimeoutMs,
    maxRetries: options.maxRetries ?? DEFAULT_LIMITS.maxRetries,
    maxRetryWaitMs: options.maxRetryWaitMs ?? DEFAULT_LIMITS.maxRetryWaitMs,
  };
  const wire = (service.id === 'groq' ? groqWire : openAiWire)({
    origin: address.origin,
    fetch: address.fetch,
    apiKey: apiKey?.reveal(),
    timeoutMs: Math.ceil(limits.totalTimeoutMs),
  });
  return new ServiceClient({ service, wire, limits, clock, random, address, apiKey, connections });
}
