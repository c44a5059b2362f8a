import type { Agent, ClientRequestArgs } from 'node:http';
import { isIP, type Socket } from 'node:net';

/** A connection that was opened ahead and is not used is closed after this time, milliseconds: servers do not wait longer for a request. */
const SPARE_MS = 30_000;

/** Connections that an agent has opened ahead of a request: at most one to a server. */
export class SpareConnections {
  readonly #agent: Agent;
  readonly #trusted: { readonly ca?: string };
  readonly #open: (options: ClientRequestArgs) => Socket;
  readonly #spares = new Map<string, Socket>();
  /** Those that a request was given: each may have died while it waited. */
  readonly #given = new WeakSet<object>();

  /**
   * Requests of the agent take a spare connection where there is one.
   * @param trusted what the agent was made with, as far as it is about trust
   */
  constructor(agent: Agent, trusted: { readonly ca?: string } = {}) {
    this.#agent = agent;
    this.#trusted = trusted;
    const open = agent.createConnection.bind(agent);
    this.#open = (options) => open(options) as Socket;
    agent.createConnection = (options, callback) => this.#take(serverOf(options)) ?? open(options, callback);
  }

  /** Opens a connection to a server unless there is one that waits for a request. A failure is left to the request. */
  open({ hostname, port, protocol }: URL): void {
    const isSecure = protocol === 'https:';
    const host = hostname.replace(/^\[|\]$/g, '');
    // As node:http itself fills them in; a server has no name when its address is a number.
    const options = {
      host,
      port: Number(port) || (isSecure ? 443 : 80),
      noDelay: true,
      ...this.#trusted,
      ...(isSecure ? { servername: isIP(host) === 0 ? host : '', ALPNProtocols: ['http/1.1'] } : {}),
    };
    const name = serverOf(options);
    // What else an agent has in its names differs between versions of Node.
    const isFree = Object.keys(this.#agent.freeSockets).some((key) => key.startsWith(`${name}:`));
    if (this.#spares.has(name) || isFree) return;
    const socket = this.#open(options);
    this.#spares.set(name, socket);
    // It keeps no process alive, and notices when the server closes it.
    socket.unref();
    socket.resume();
    socket.setTimeout(SPARE_MS, () => socket.destroy());
    socket.on('error', ignore);
    socket.once('close', () => {
      if (this.#spares.get(name) === socket) this.#spares.delete(name);
    });
  }

  /** Whether a connection was opened ahead of its first request. */
  wasSpare(socket: object): boolean {
    return this.#given.has(socket);
  }

  close(): void {
    for (const socket of this.#spares.values()) socket.destroy();
  }

  #take(name: string): Socket | undefined {
    const socket = this.#spares.get(name);
    if (!socket) return undefined;
    this.#spares.delete(name);
    if (socket.destroyed) return undefined;
    this.#given.add(socket);
    socket.ref();
    socket.setTimeout(0);
    socket.removeAllListeners('timeout');
    // The listener to errors stays: until the request has the connection, there is no other.
    return socket;
  }
}

/** The beginning of a server's name in an agent. */
function serverOf({ host, port }: ClientRequestArgs): string {
  return `${host}:${port}`;
}

function ignore(): void {
  // The request that needs the connection tells of it.
}
