import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

/** A device made of nothing but a WebSocket server: it sends what the test tells it to and keeps what it is sent. */
export class RawDevice {
  readonly #server: WebSocketServer;
  /** What came over any connection so far, oldest first. */
  readonly texts: string[] = [];
  readonly binaries: Buffer[] = [];
  /** Connections so far. */
  connections = 0;

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.connections += 1;
      socket.on('error', () => {});
      socket.on('message', (data: Buffer, isBinary) => {
        if (isBinary) this.binaries.push(data);
        else this.texts.push(data.toString('utf8'));
      });
    });
  }

  /** Listens on a free port for the length of a test. */
  static async start(): Promise<RawDevice> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const device = new RawDevice(server);
    onTestFinished(() => device.close());
    return device;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections that are open now. */
  get sockets(): ReadonlySet<WebSocket> {
    return this.#server.clients;
  }

  /** Sends it to every backend connected: strings as texts, bytes as binary messages. */
  send(message: string | Uint8Array): void {
    for (const socket of this.sockets) socket.send(message);
  }

  /** Ends every connection without a goodbye. */
  drop(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  /** The audio of every `response.audio.delta` so far, one entry a message. */
  deltas(): Buffer[] {
    return this.texts.flatMap((text) => {
      const json = JSON.parse(text) as { readonly type: string; readonly delta?: string };
      return json.type === 'response.audio.delta' ? [Buffer.from(json.delta ?? '', 'base64')] : [];
    });
  }

  close(): Promise<void> {
    this.drop();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}

/** A message of a `realtime` device with audio in it. */
export function appendMessage(bytes: Uint8Array): string {
  return `{"type":"input_audio_buffer.append","audio":"${Buffer.from(bytes).toString('base64')}"}`;
}

/** An entry of devices.json for it, of a device that does not speak first. */
export function rawEntry(device: RawDevice, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const quiet = { greeting: false, long_silence: false, idle_timeout: false };
  return { name: 'raw', host: '127.0.0.1', port: device.port, reconnect_delay: 0.2, ...quiet, ...more };
}
