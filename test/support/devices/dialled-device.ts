import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { SecureVersion } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';

/** Path of one of the certificates and keys for tests. */
export function tlsFixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url));
}

/** What a device listens for. */
export type DeviceKind =
  | { readonly kind: 'ws' }
  | { readonly kind: 'wss'; readonly certificate: string; readonly version?: SecureVersion }
  /** Accepts and says nothing, ever. */
  | { readonly kind: 'silent' };

/** A device that remembers who knocked at it, and how far they came. */
export class DialledDevice {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  /** TCP connections. */
  connections = 0;
  /** Of every upgrade request. */
  readonly upgrades: { readonly url: string | undefined; readonly headers: IncomingHttpHeaders }[] = [];

  constructor(kind: DeviceKind) {
    this.#server = serverOf(kind);
    this.#server.on('connection', (socket: Socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    // A failed TLS handshake is what some tests are about.
    this.#server.on('tlsClientError', () => undefined);
    const sockets = new WebSocketServer({ noServer: true });
    this.#server.on('upgrade', (request, socket, head) => {
      this.upgrades.push({ url: request.url, headers: request.headers });
      sockets.handleUpgrade(request, socket, head, () => undefined);
    });
  }

  get port(): number {
    return this.#port;
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#sockets.size;
  }

  /** @param address of this machine; default: every IPv4 one */
  async listen(address = '0.0.0.0'): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, address, resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

function serverOf(kind: DeviceKind): Server {
  switch (kind.kind) {
    case 'silent':
      // It reads, or it would not learn that the other side is gone.
      return createTcpServer((socket) => socket.resume());
    case 'ws':
      return createServer();
    case 'wss': {
      const cert = readFileSync(tlsFixture(kind.certificate));
      const key = readFileSync(tlsFixture('device.key'));
      return createHttpsServer({ cert, key, ...(kind.version && { maxVersion: kind.version }) });
    }
  }
}
