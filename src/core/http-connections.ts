import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { SpareConnections } from './spare-connections.ts';

/**
 * A connection that no request uses is closed after this time, milliseconds, or when its server says so before: longer than people
 * pause in a conversation, shorter than the 60 s after which load balancers forget it.
 */
const IDLE_MS = 50_000;

/** A server that is gone without a word is noticed by probes, the first after this time, milliseconds. */
const PROBE_MS = 5_000;

/** Addresses of one server that a request is sent on to, at most. */
const MAX_REDIRECTS = 3;

/** What answers without a body. A `Response` takes none then. */
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** How connections are kept. */
export interface HttpConnectionsOptions {
  /** See {@link IDLE_MS}; 0: connections are not kept. */
  readonly idleMs?: number;
  /** The certificates of the authorities that are trusted, PEM. Default: those of Node. */
  readonly ca?: string;
}

/** A request as it goes out, and once more where that is right. */
interface Outgoing {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * HTTP connections that are kept for the next request. Node's own `fetch` closes them after 4 s, so that each turn of a conversation
 * would begin with a new connection and the key exchange of TLS. And in Node 24 it ends the process when a server hangs up whose answer
 * is read more slowly than it comes (nodejs/undici#5360): what reads a body that may be large asks here.
 */
export class HttpConnections {
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;
  readonly #httpSpares: SpareConnections;
  readonly #httpsSpares: SpareConnections;

  constructor({ idleMs = IDLE_MS, ca }: HttpConnectionsOptions = {}) {
    const options = idleMs > 0 ? { keepAlive: true, keepAliveMsecs: PROBE_MS, timeout: idleMs } : {};
    const trusted = ca === undefined ? {} : { ca };
    this.#http = new HttpAgent(options);
    this.#https = new HttpsAgent({ ...options, ...trusted });
    this.#httpSpares = new SpareConnections(this.#http);
    this.#httpsSpares = new SpareConnections(this.#https, trusted);
  }

  /**
   * As the global `fetch`, as far as packages of APIs need it. A request that fails on a kept connection before anything is answered
   * is sent again at once over a new one: the server may have closed the old one at that moment. Follows redirects to other paths
   * of the same server only, and none with `redirect: 'manual'`.
   */
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const outgoing: Outgoing = {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      body: request.body === null ? undefined : new Uint8Array(await request.arrayBuffer()),
      signal: init?.signal ?? undefined,
    };
    const mostRedirects = request.redirect === 'follow' ? MAX_REDIRECTS : 0;
    let url = new URL(request.url);
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#send(url, outgoing);
      const next = redirects < mostRedirects ? redirectOf(answer, url) : undefined;
      if (!next) return responseOf(answer);
      answer.resume();
      url = next;
    }
  };

  /** Opens a connection to a server unless there is one that waits. A failure is left to the request that needs it. */
  warm(origin: string): void {
    const url = new URL(origin);
    (url.protocol === 'https:' ? this.#httpsSpares : this.#httpSpares).open(url);
  }

  /** Closes all connections, also those in use. */
  close(): void {
    for (const agent of [this.#http, this.#https]) agent.destroy();
    for (const spares of [this.#httpSpares, this.#httpsSpares]) spares.close();
  }

  async #send(url: URL, outgoing: Outgoing): Promise<IncomingMessage> {
    for (;;) {
      const request = this.#request(url, outgoing);
      try {
        return await answerTo(request, outgoing.body);
      } catch (error) {
        // Each failure costs a kept connection, and a new one is not kept: this comes to an end.
        if (outgoing.signal?.aborted || !this.#wasKept(request)) throw error;
      }
    }
  }

  #request(url: URL, { method, headers, signal }: Outgoing): ClientRequest {
    const isSecure = url.protocol === 'https:';
    const options = { method, headers, agent: isSecure ? this.#https : this.#http, ...(signal && { signal }) };
    return isSecure ? httpsRequest(url, options) : httpRequest(url, options);
  }

  #wasKept({ reusedSocket, socket }: ClientRequest): boolean {
    return (
      reusedSocket || (socket !== null && (this.#httpSpares.wasSpare(socket) || this.#httpsSpares.wasSpare(socket)))
    );
  }
}

function answerTo(request: ClientRequest, body: Uint8Array | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // It may fail again behind its answer, whose reader is told.
    request.on('error', reject);
    // The length is known to Node, and is sent.
    request.end(body);
  });
}

function redirectOf({ statusCode, headers }: IncomingMessage, from: URL): URL | undefined {
  const { location } = headers;
  if (location === undefined || ![301, 302, 307, 308].includes(statusCode ?? 0)) return undefined;
  if (!URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  return to.origin === from.origin ? to : undefined;
}

function responseOf(answer: IncomingMessage): Response {
  const status = answer.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  if (NO_BODY.has(status)) {
    answer.resume();
    return new Response(null, { status, headers });
  }
  return new Response(Readable.toWeb(answer) as ReadableStream<Uint8Array>, { status, headers });
}
