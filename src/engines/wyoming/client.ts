import type { Clock } from '../../core/clock.ts';
import { type DialtoneError, isAbort, toDialtoneError } from '../../core/errors.ts';
import { loadOnce } from '../../core/load-once.ts';
import { parseTcpAddress } from '../../core/tcp-address.ts';
import { untilAborted } from '../../core/until-aborted.ts';
import { type WyomingServer, wyomingError } from './errors.ts';
import { WyomingLink } from './link.ts';
import { readServices, type WyomingServices } from './services.ts';

/** Default of the longest time for a connection to be made, milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;

/** How a server is reached. */
export interface WyomingClientOptions {
  readonly server: WyomingServer;
  readonly clock: Clock;
  /** Longest silence of the server before and within an answer, milliseconds. */
  readonly quietTimeoutMs: number;
  /** Longest time for a connection to be made, milliseconds. Default 3,000. */
  readonly connectTimeoutMs?: number;
  /** The server did not tell its services at the start. */
  readonly onProblem?: (error: DialtoneError) => void;
}

/** What a server may be asked for. */
type ServiceKind = keyof WyomingServices;

/** Makes a connection to a Wyoming server for each request, and keeps what the server offers. */
export class WyomingClient {
  readonly #options: WyomingClientOptions;
  readonly #links = new Set<WyomingLink>();
  readonly #closing = new AbortController();
  #known: WyomingServices | undefined;
  /** Not with the signal of one caller: other callers wait for the same answer. */
  #ask = loadOnce(() => this.#describe(this.#closing.signal));

  constructor(options: WyomingClientOptions) {
    this.#options = options;
  }

  get server(): WyomingServer {
    return this.#options.server;
  }

  get quietTimeoutMs(): number {
    return this.#options.quietTimeoutMs;
  }

  /** The services of the server as it told them last; undefined before its first answer. */
  get known(): WyomingServices | undefined {
    return this.#known;
  }

  /**
   * Asks the server what it offers. Rejects with DialtoneError `engine_misconfigured` when it does not offer this kind. Any
   * other failure goes to `onProblem`, and the promise resolves: the server may start later.
   */
  async ready(kind: ServiceKind): Promise<void> {
    try {
      // Each device asks for itself: no listener of its own at the signal that they all have in common, which the question has already.
      this.#offered(await this.#ask(), kind);
    } catch (error) {
      const known = toDialtoneError(error);
      if (known.code === 'engine_misconfigured') throw error;
      if (!isAbort(error)) this.#options.onProblem?.(known);
    }
  }

  /**
   * What the server offers of this kind. The client asks once, and again after a failure, since the server may have restarted
   * with other options.
   * @throws DialtoneError `engine_*`; `engine_misconfigured` when the server does not offer this kind
   */
  async service<K extends ServiceKind>(kind: K, signal: AbortSignal): Promise<NonNullable<WyomingServices[K]>> {
    return this.#offered(await untilAborted(() => this.#ask(), signal), kind);
  }

  /** Asks the server anew what it offers. Rejects as {@link service} throws. */
  async check(kind: ServiceKind, signal: AbortSignal): Promise<void> {
    this.#offered(await this.#describe(signal), kind);
  }

  #offered<K extends ServiceKind>(services: WyomingServices, kind: K): NonNullable<WyomingServices[K]> {
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
      if (error) this.#ask = loadOnce(() => this.#describe(this.#closing.signal));
    };
    const link = new WyomingLink({ server, clock, connectTimeoutMs, signal, sent, onEnd });
    this.#links.add(link);
    if (signal.aborted) this.#links.delete(link);
    return link;
  }

  /** Ends every connection. Calls under way end with an AbortError. */
  close(): void {
    const closed = new DOMException('The engine was closed.', 'AbortError');
    for (const link of [...this.#links]) link.fail(closed);
    this.#closing.abort(closed);
  }

  async #describe(signal: AbortSignal): Promise<WyomingServices> {
    const link = this.open(signal);
    try {
      await link.ready();
      link.limitQuiet(this.#options.quietTimeoutMs);
      link.send('describe');
      for (;;) {
        const event = await link.next();
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
 * @throws DialtoneError `engine_misconfigured` when the address is missing or malformed
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
