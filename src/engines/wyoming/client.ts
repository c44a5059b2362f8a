import type { Clock } from '../../core/clock.ts';
import { type DialtoneError, isAbort, toDialtoneError } from '../../core/errors.ts';
import { loadOnce } from '../../core/load-once.ts';
import { parseTcpAddress } from '../../core/tcp-address.ts';
import { untilAborted } from '../../core/until-aborted.ts';
import { brokenOff, type WyomingServer, wyomingError } from './errors.ts';
import { WyomingLink } from './link.ts';
import { readServices, type WyomingServices } from './services.ts';

/** How long a connection may take to be made, unless told otherwise, milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;

/** How a server is reached. */
export interface WyomingClientOptions {
  readonly server: WyomingServer;
  readonly clock: Clock;
  /** Longest silence of the server while an answer is waited for, milliseconds. */
  readonly quietTimeoutMs: number;
  /** Longest time for a connection to be made, milliseconds. Default 3,000. */
  readonly connectTimeoutMs?: number;
  /** The server could not be asked at the start. */
  readonly onProblem?: (error: DialtoneError) => void;
}

/** What a server may be asked for. */
type ServiceKind = keyof WyomingServices;

/** A Wyoming server: makes a connection for each request, and knows what the server offers. */
export class WyomingClient {
  readonly #options: WyomingClientOptions;
  readonly #links = new Set<WyomingLink>();
  readonly #closing = new AbortController();
  #known: WyomingServices | undefined;
  #ask = loadOnce(() => this.#describe());

  constructor(options: WyomingClientOptions) {
    this.#options = options;
  }

  get server(): WyomingServer {
    return this.#options.server;
  }

  get quietTimeoutMs(): number {
    return this.#options.quietTimeoutMs;
  }

  /** What the server has said that it offers; undefined before it was asked. */
  get known(): WyomingServices | undefined {
    return this.#known;
  }

  /**
   * Resolves when it is known what the server offers, and when the server cannot be asked now, which is reported: it may start
   * later. Rejects with DialtoneError `engine_misconfigured` when it does not offer this kind.
   */
  async ready(kind: ServiceKind): Promise<void> {
    try {
      await this.service(kind, this.#closing.signal);
    } catch (error) {
      const known = toDialtoneError(error);
      if (known.code === 'engine_misconfigured') throw error;
      if (!isAbort(error)) this.#options.onProblem?.(known);
    }
  }

  /**
   * What the server offers: asked once, and again after a failure, since another server may have taken its place.
   * @throws DialtoneError `engine_*`; `engine_misconfigured` when it does not offer this kind
   */
  async service<K extends ServiceKind>(kind: K, signal: AbortSignal): Promise<NonNullable<WyomingServices[K]>> {
    const services = await untilAborted(() => this.#ask(), signal);
    const service = services[kind];
    if (service) return service;
    const { url, variable } = this.server;
    const what = kind === 'stt' ? 'speech to text' : 'text to speech';
    throw wyomingError('engine_misconfigured', `The Wyoming server ${url} offers no ${what}: check ${variable}.`);
  }

  /** Makes a connection; `close()` it in a `finally`. @param sent as in {@link WyomingLink} */
  open(signal: AbortSignal, sent: readonly string[] = []): WyomingLink {
    const { server, clock, connectTimeoutMs = CONNECT_TIMEOUT_MS } = this.#options;
    const onEnd = (ended: WyomingLink, error: DialtoneError | undefined) => {
      this.#links.delete(ended);
      if (error) this.#ask = loadOnce(() => this.#describe());
    };
    const link = new WyomingLink({ server, clock, connectTimeoutMs, signal, sent, onEnd });
    this.#links.add(link);
    if (signal.aborted) this.#links.delete(link);
    return link;
  }

  /** Ends every connection: who waits for an answer gets an AbortError. */
  close(): void {
    const closed = new DOMException('The engine was closed.', 'AbortError');
    for (const link of [...this.#links]) link.fail(closed);
    this.#closing.abort(closed);
  }

  async #describe(): Promise<WyomingServices> {
    // Not the caller's signal: others wait for the same answer.
    const link = this.open(this.#closing.signal);
    try {
      await link.ready();
      link.limitQuiet(this.#options.quietTimeoutMs);
      link.send('describe');
      for (;;) {
        const event = await link.next();
        if (!event) throw brokenOff(this.server);
        if (event.type !== 'info') continue;
        this.#known = readServices(event.data);
        return this.#known;
      }
    } finally {
      link.close();
    }
  }
}

/**
 * Makes the client of the server at this address. Nothing is sent yet.
 * @param address as in `tcp://host:10300`
 * @param variable the environment variable that holds it, for errors
 * @throws DialtoneError `engine_misconfigured` when there is no address, or it is none
 */
export function createWyomingClient(
  address: string | undefined,
  variable: string,
  options: Omit<WyomingClientOptions, 'server'>,
): WyomingClient {
  const parsed = parseTcpAddress(address ?? '');
  if (parsed) return new WyomingClient({ server: { ...parsed, variable }, ...options });
  const example = 'as in tcp://host:10300, with the port';
  throw wyomingError(
    'engine_misconfigured',
    `A Wyoming engine needs the address of its server: set ${variable}, ${example}.`,
  );
}
