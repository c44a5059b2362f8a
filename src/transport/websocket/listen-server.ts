import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { DialtoneError, toDialtoneError } from '../../core/errors.ts';
import type { Admission, Arrival } from '../arrival.ts';
import { AddressCounts } from './address-counts.ts';
import { arrivalOf } from './arrival-of.ts';
import { MAX_MESSAGE_BYTES, SOCKET_CLOSE_TIMEOUT_MS } from './websocket-limits.ts';
import { WebSocketLink } from './websocket-link.ts';

/** How long the headers of a request may take from the first moment of its connection, milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;

/** How long a whole request may take: a photo over weak Wi-Fi, milliseconds. */
const REQUEST_TIMEOUT_MS = 60_000;

/** All headers of a request together, bytes. */
const MAX_HEADER_BYTES = 8 * 1024;

/** What a listener is started with. */
export interface ListenServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** PEM; undefined: no TLS. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  /** Connections at once, links and requests together. */
  readonly maxConnections: number;
  /** The same of one address. */
  readonly maxPerAddress: number;
  /** Whether a device may open a link. Called before anything is upgraded; must not throw. */
  readonly admit: (arrival: Arrival) => Admission;
  /** Answers requests that are no WebSocket. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
  /** A connection was refused for one of the limits. May be called very often. */
  readonly onLimit: (limit: 'all' | 'address') => void;
}

/** A listener for devices that dial in. */
export interface ListenServer {
  readonly port: number;
  /** Takes no new connections and ends the requests under way. Links are ended by those who have them. Resolves when all are gone. */
  close(): Promise<void>;
}

const STATUS_TEXT = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  503: 'Service Unavailable',
};

/**
 * Listens for devices: a WebSocket for each that may come in, and HTTP beside it.
 * @throws DialtoneError `port_in_use`; `settings_invalid` when host or certificate cannot be used
 */
export async function startListenServer(options: ListenServerOptions): Promise<ListenServer> {
  const { admit, answer, tls, host, port } = options;
  const http = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: 2_000,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  const server = create(http, tls, answer);
  limitConnections(server, options);
  const sockets = new Map<number, WebSocketServer>();
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // A device that goes amid its own request.
    stream.on('error', () => stream.destroy());
    const arrival = arrivalOf(request);
    if (!arrival) return refuse(stream, 400, 'this is no path');
    const admission = admit(arrival);
    if (!admission.allowed) return refuse(stream, admission.status, admission.message);
    socketsOf(admission.maxMessageBytes ?? MAX_MESSAGE_BYTES, sockets).handleUpgrade(
      request,
      stream,
      head,
      (socket) => {
        admission.connect((listener) => {
          const link = new WebSocketLink({
            socket,
            openedBy: 'device',
            arrival,
            listener,
            hideSecrets: (text) => text,
          });
          link.carriedBy(stream as Socket);
          return link;
        });
      },
    );
  });
  await listen(server, host, port);
  // After this an error (of accept, say) concerns one connection that never came to be.
  server.on('error', () => {});
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

/** What opens links whose messages may have so many bytes. */
function socketsOf(maxPayload: number, made: Map<number, WebSocketServer>): WebSocketServer {
  // closeTimeout is newer than the type declarations of ws.
  const limits = {
    noServer: true,
    clientTracking: false,
    maxPayload,
    maxFragments: 1024,
    perMessageDeflate: false,
    closeTimeout: SOCKET_CLOSE_TIMEOUT_MS,
  };
  const sockets = made.get(maxPayload) ?? new WebSocketServer(limits);
  made.set(maxPayload, sockets);
  return sockets;
}

function create(http: object, tls: ListenServerOptions['tls'], answer: ListenServerOptions['answer']): Server {
  if (!tls) return createHttpServer(http, answer);
  try {
    return createHttpsServer({ ...http, ...tls, handshakeTimeout: HEADERS_TIMEOUT_MS }, answer);
  } catch (cause) {
    const message = `LISTEN_CERT_FILE and LISTEN_KEY_FILE are no certificate with its key: ${(cause as Error).message}`;
    throw new DialtoneError('settings_invalid', message, { cause });
  }
}

function limitConnections(server: Server, { maxConnections, maxPerAddress, onLimit }: ListenServerOptions): void {
  const counts = new AddressCounts();
  server.maxConnections = maxConnections;
  server.on('drop', () => onLimit('all'));
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    if (counts.add(address) > maxPerAddress) {
      counts.remove(address);
      onLimit('address');
      socket.destroy();
      return;
    }
    socket.once('close', () => counts.remove(address));
  });
  // Over TLS: a connection that breaks off in its handshake concerns no one else.
  server.on('tlsClientError', () => {});
  server.on('clientError', (_error, stream: Duplex) => stream.destroy());
}

function refuse(stream: Duplex, status: keyof typeof STATUS_TEXT, message: string): void {
  const body = `${message}\n`;
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_TEXT[status]}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n${status === 503 ? 'Retry-After: 15\r\n' : ''}\r\n${body}`,
    // The other end may keep its half open for ever.
    () => stream.destroy(),
  );
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => reject(listenError(error, host, port));
    server.once('error', failed);
    server.listen({ port, host }, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): DialtoneError {
  switch (cause.code) {
    case 'EADDRINUSE':
      return new DialtoneError('port_in_use', `port ${port} on ${host} is in use: set LISTEN_PORT to another one`, {
        cause,
      });
    case 'EACCES':
      return new DialtoneError('settings_invalid', `port ${port} needs privileges: set LISTEN_PORT to 1024 or more`, {
        cause,
      });
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'ENOTFOUND':
    case 'EAI_AGAIN': {
      const message = `LISTEN_HOST is ${host}, which is no address of this machine: use 0.0.0.0 or :: for all of them`;
      return new DialtoneError('settings_invalid', message, { cause });
    }
    default:
      return toDialtoneError(cause);
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
