import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { DialtoneError } from '#src/core/errors';
import { selfMadeCertificate } from './certificate.ts';

/** A server of the page, listening. */
export interface PageServer {
  readonly port: number;
  /** Addresses for a browser: the machine's own first. */
  readonly urls: readonly string[];
  close(): Promise<void>;
}

/** What a page server needs. */
export interface PageServerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** The option of the program that sets it, for the error. Default: `--web-port`. */
  readonly portOption?: string;
  /** A page has opened its WebSocket. */
  readonly onPage: (socket: WebSocket) => void;
}

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html'],
  '/page.css': ['page.css', 'text/css'],
  '/page.js': ['page.js', 'text/javascript'],
  '/sound-worklet.js': ['sound-worklet.js', 'text/javascript'],
  '/webrtc': ['webrtc.html', 'text/html'],
  '/webrtc.js': ['webrtc.js', 'text/javascript'],
};
const SECURITY_HEADERS = {
  'Content-Security-Policy': "default-src 'self'; connect-src 'self' ws: wss:; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};
/** The page at `/webrtc` asks the hub that its address names. */
const WEBRTC_PAGE_POLICY = "default-src 'self'; connect-src http: https:; frame-ancestors 'none'";
/** The first byte of a TLS connection (RFC 8446 §5.1: handshake). */
const TLS_HANDSHAKE = 0x16;
const MAX_MESSAGE_BYTES = 64 * 1024;
/** A connection that says nothing is closed, milliseconds. */
const SILENT_MS = 10_000;

/**
 * Serves the page from which a browser is the microphone and loudspeaker of a device. One port speaks HTTP to this machine, where a
 * browser gives the microphone without TLS, and HTTPS with a self-made certificate to others. Throws DialtoneError `port_in_use`, else what
 * `node:net` throws.
 */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const lan = isLoopback(options.host) ? [] : lanAddresses();
  const websockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const http = createHttpServer((request, response) => {
    if (isLoopback(request.socket.remoteAddress ?? '')) serve(request, response);
    else redirect(request, response);
  });
  const https = createHttpsServer(selfMadeCertificate(['localhost', '127.0.0.1', ...lan], Date.now()), serve);
  for (const server of [http, https]) {
    server.on('upgrade', (request, socket, head) => upgrade(websockets, request, socket, head, options.onPage));
  }
  const sockets = new Set<Socket>();
  const tcp = createTcpServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setTimeout(SILENT_MS, () => socket.destroy());
    socket.once('data', (first) => {
      socket.setTimeout(0);
      socket.pause();
      socket.unshift(first);
      (first[0] === TLS_HANDSHAKE ? https : http).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
  const port = await listen(tcp, options);
  const own = isLoopback(options.host) || isAny(options.host) ? [`http://localhost:${port}/`] : [];
  return {
    port,
    urls: [...own, ...lan.map((address) => `https://${address}:${port}/`)],
    close: () =>
      new Promise((resolve) => {
        for (const client of websockets.clients) client.terminate();
        tcp.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  const file = FILES[request.url?.split('?')[0] ?? ''];
  if (!file || request.method !== 'GET') {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found\n');
    return;
  }
  const bytes = readFileSync(new URL(`./page/${file[0]}`, import.meta.url));
  const headers = { ...SECURITY_HEADERS, 'Content-Type': `${file[1]}; charset=utf-8` };
  if (file[0] === 'webrtc.html') headers['Content-Security-Policy'] = WEBRTC_PAGE_POLICY;
  response.writeHead(200, headers).end(bytes);
}

function redirect(request: IncomingMessage, response: ServerResponse): void {
  const target = request.url?.startsWith('/') ? request.url : '/';
  response.writeHead(307, { Location: `https://${request.headers.host ?? ''}${target}` }).end();
}

/** Only the page's own WebSocket: another site's page in the same browser must not be a microphone. */
function upgrade(
  websockets: WebSocketServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  onPage: (socket: WebSocket) => void,
): void {
  const { origin, host } = request.headers;
  if (request.url !== '/sound' || origin?.replace(/^https?:\/\//, '') !== host) {
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  websockets.handleUpgrade(request, socket, head, onPage);
}

function listen(
  server: ReturnType<typeof createTcpServer>,
  { host, port, portOption = '--web-port' }: PageServerOptions,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = `Port ${port} on ${host} is in use: choose another with ${portOption}, 0 for any free one.`;
      reject(error.code === 'EADDRINUSE' ? new DialtoneError('port_in_use', inUse, { cause: error }) : error);
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function lanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
}

const isAny = (host: string): boolean => host === '0.0.0.0' || host === '::';
const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^(::ffff:)?127\./.test(host);
