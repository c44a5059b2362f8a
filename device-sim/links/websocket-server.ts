import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { DialtoneError } from '#src/core/errors';
import type { HandshakeFacts, LinkSource, Prepared, PrepareLink } from './link-source.ts';

/** What a server is made of. */
export interface DeviceServerOptions {
  readonly host: string;
  /** Negotiated when offered; undefined: none. */
  readonly subprotocol: string | undefined;
  readonly compression: boolean;
  readonly answerPings: boolean;
  readonly prepare: PrepareLink;
  /** Told when a handshake is turned away. */
  readonly onRefused: () => void;
}

/** Devices have little memory; a message beyond this closes the connection with 1009. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
const CLOSE_TIMEOUT_MS = 500;
const MAX_HELD = 64;

/** A device that a backend dials: it accepts any path, and can refuse handshakes or stop answering them. */
export class WebSocketDeviceServer implements LinkSource {
  readonly #options: DeviceServerOptions;
  readonly #websockets: WebSocketServer;
  #http: Server | undefined;
  #refusal: { readonly status: number; readonly headers: OutgoingHttpHeaders } | undefined;
  #frozen = false;
  readonly #held = new Set<Duplex>();

  constructor(options: DeviceServerOptions) {
    this.#options = options;
    // closeTimeout exists since ws 8.19; @types/ws does not know it yet.
    const settings: ServerOptions & { readonly closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: options.compression,
      autoPong: options.answerPings,
      maxPayload: MAX_MESSAGE_BYTES,
      closeTimeout: CLOSE_TIMEOUT_MS,
      // With a foreign subprotocol the reference device accepts all the same and negotiates none.
      handleProtocols: (offered) =>
        options.subprotocol !== undefined && offered.has(options.subprotocol) ? options.subprotocol : false,
    };
    this.#websockets = new WebSocketServer(settings);
  }

  /** Listens; resolves with the port. Throws DialtoneError `port_in_use`, else what `node:net` throws. */
  start(port: number): Promise<number> {
    const http = createServer((_request, response) => response.writeHead(426, { Upgrade: 'websocket' }).end());
    http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    return new Promise((resolve, reject) => {
      http.once('error', (error: NodeJS.ErrnoException) => reject(this.#listenError(error, port)));
      http.listen(port, this.#options.host, () => {
        this.#http = http;
        const address = http.address();
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  }

  /** Answers every handshake with this HTTP status until {@link accept}. */
  refuse(status: number, headers: OutgoingHttpHeaders): void {
    this.#refusal = { status, headers };
  }

  accept(): void {
    this.#refusal = undefined;
  }

  /** TCP connections still come about, as on a device whose program hangs, but no handshake is answered. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Answers again. Handshakes that came meanwhile are dropped. */
  thaw(): void {
    this.#frozen = false;
    this.#dropHeld();
  }

  /** Stops listening; the open WebSockets are the caller's to close first. */
  async close(): Promise<void> {
    this.thaw();
    const http = this.#http;
    this.#http = undefined;
    if (!http) return;
    const closed = new Promise<void>((resolve) => http.close(() => resolve()));
    http.closeAllConnections();
    await closed;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    if (this.#frozen) {
      this.#hold(socket);
      return;
    }
    if (this.#refusal) {
      this.#options.onRefused();
      const { status, headers } = this.#refusal;
      const lines = Object.entries({ Connection: 'close', 'Content-Length': 0, ...headers }).map(
        ([name, value]) => `${name}: ${String(value)}\r\n`,
      );
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\n${lines.join('')}\r\n`);
      return;
    }
    this.#options.prepare().then(
      (prepared) => {
        if (!this.#complete(request, socket, head, prepared)) prepared.discard();
      },
      () => socket.destroy(),
    );
  }

  #complete(request: IncomingMessage, socket: Duplex, head: Buffer, prepared: Prepared): boolean {
    let opened = false;
    if (!this.#http) socket.destroy();
    else {
      // ws calls back before it returns, or answers a bad handshake by itself and never does.
      this.#websockets.handleUpgrade(request, socket, head, (websocket) => {
        opened = true;
        prepared.opened(websocket, factsOf(websocket, request));
      });
    }
    return opened;
  }

  #hold(socket: Duplex): void {
    this.#held.add(socket);
    socket.once('close', () => this.#held.delete(socket));
    if (this.#held.size > MAX_HELD) socket.destroy();
  }

  #dropHeld(): void {
    for (const socket of this.#held) socket.destroy();
    this.#held.clear();
  }

  #listenError(error: NodeJS.ErrnoException, port: number): Error {
    if (error.code !== 'EADDRINUSE') return error;
    return new DialtoneError('port_in_use', `Port ${port} on ${this.#options.host} is in use: choose another one.`, {
      cause: error,
    });
  }
}

function factsOf(socket: WebSocket, request: IncomingMessage): HandshakeFacts {
  return {
    path: request.url ?? '',
    headers: request.headers,
    offeredSubprotocols: (request.headers['sec-websocket-protocol'] ?? '').split(/,\s*/).filter((name) => name !== ''),
    subprotocol: socket.protocol,
    extensions: socket.extensions,
  };
}
