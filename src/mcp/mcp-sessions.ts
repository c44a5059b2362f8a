import { randomUUID } from 'node:crypto';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { Backend, BackendEvent } from './backend.ts';
import { FleetMcpServer, type McpServerOptions } from './mcp-server.ts';
import { StripOrders } from './strip-tools.ts';

/** The most clients at once. */
const MAX_SESSIONS = 100;

/**
 * A session without a request and without an open stream for so long may make room for another, milliseconds. Few clients say that
 * they go; those that stay have a stream open, as a rule, and the others begin again when their session is gone.
 */
const IDLE_MS = 1_000;

/** Who asks. */
export interface McpCaller {
  /** Tells callers with different tokens apart. */
  readonly owner: string;
  readonly mayWrite: boolean;
  /** The backend, asked with the caller's own token. */
  readonly backend: Backend;
  /** The device that the caller is about; undefined: as the settings say. */
  readonly device: string | undefined;
}

/** What the sessions have in common. */
type McpSessionsOptions = Pick<McpServerOptions, 'archives' | 'clock' | 'device' | 'onError' | 'touches' | 'version'>;

interface Session {
  readonly owner: string;
  readonly server: FleetMcpServer;
  readonly transport: WebStandardStreamableHTTPServerTransport;
  usedAtMs: number;
  /** Requests and streams that are being answered. */
  open: number;
}

/** The clients that speak MCP over Streamable HTTP with this process. Each session belongs to the token that opened it. */
export class McpSessions {
  readonly #options: McpSessionsOptions;
  readonly #orders = new StripOrders();
  readonly #sessions = new Map<string, Session>();
  #isClosed = false;

  /** @param options `device`: that of a caller that names none */
  constructor(options: McpSessionsOptions) {
    this.#options = options;
  }

  /** How many clients there are. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Answers a request whose sender was let in. */
  async handle(request: Request, caller: McpCaller): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    if (id === null) return this.#begin(request, caller);
    const session = this.#sessions.get(id);
    // Of another owner: as one that does not exist.
    if (session?.owner !== caller.owner) return refusal(404, -32_001, 'Session not found: initialize again');
    return this.#answer(session, request);
  }

  /** Something has happened in the backend. */
  heard(event: BackendEvent): void {
    for (const { server } of this.#sessions.values()) server.heard(event);
  }

  /** Ends every session and its streams. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(Array.from(this.#sessions.values(), ({ server }) => server.close()));
    this.#sessions.clear();
  }

  /** A request of no session: only `initialize` may be one. */
  async #begin(request: Request, caller: McpCaller): Promise<Response> {
    if (request.method !== 'POST') return refusal(400, -32_000, 'Mcp-Session-Id is missing: initialize first');
    if (this.#isClosed || !this.#hasRoom()) return refusal(503, -32_000, 'too many clients: try again later');
    const { owner, mayWrite, backend, device = this.#options.device } = caller;
    const server = new FleetMcpServer({ ...this.#options, orders: this.#orders, backend, mayWrite, device });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        this.#sessions.set(id, session);
      },
      onsessionclosed: (id) => {
        this.#sessions.delete(id);
      },
    });
    const session: Session = { owner, server, transport, usedAtMs: 0, open: 0 };
    await server.server.connect(transport as Parameters<typeof server.server.connect>[0]);
    const response = await this.#answer(session, request);
    if (transport.sessionId === undefined) await server.close();
    return response;
  }

  async #answer(session: Session, request: Request): Promise<Response> {
    const used = () => {
      session.usedAtMs = this.#options.clock.now();
    };
    used();
    session.open += 1;
    const ended = () => {
      session.open -= 1;
      used();
    };
    try {
      const response = await session.transport.handleRequest(request);
      if (!response.body) {
        ended();
        return response;
      }
      return new Response(watched(response.body, ended), response);
    } catch (error) {
      ended();
      throw error;
    }
  }

  /** Whether one more session may be; the one that was idle for longest makes room. */
  #hasRoom(): boolean {
    if (this.#sessions.size < MAX_SESSIONS) return true;
    const now = this.#options.clock.now();
    const [oldest] = [...this.#sessions]
      .filter(([, { open, usedAtMs }]) => open === 0 && now - usedAtMs >= IDLE_MS)
      .sort(([, a], [, b]) => a.usedAtMs - b.usedAtMs);
    if (!oldest) return false;
    const [id, { server }] = oldest;
    this.#sessions.delete(id);
    server.close().catch(this.#options.onError);
    return true;
  }
}

/** The stream, with its end told: read to the end, or given up by its reader. */
function watched(body: ReadableStream<Uint8Array>, ended: () => void): ReadableStream<Uint8Array> {
  const through = new TransformStream<Uint8Array, Uint8Array>();
  body.pipeTo(through.writable).then(ended, ended);
  return through.readable;
}

/** As the transport itself refuses. */
function refusal(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status });
}
