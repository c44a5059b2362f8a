import { EventEmitter } from 'node:events';
import type { RTCPeerConnection, RTCRtpSender } from 'werift';
import type { LinkSocket } from './link-socket.ts';

/** Payload type of Opus, as the offer names it. */
const OPUS = 111;

/** Close codes (RFC 6455 section 7.4.1), as a WebSocket would tell: by the other end, and without a word. */
const CLOSED = 1000;
const LOST = 1006;

/** A connected WebRTC peer in the shape of a socket: its binary messages are RTP packets, its texts go nowhere. */
export class RtpSocket extends EventEmitter implements LinkSocket {
  readonly OPEN = 1;
  readonly bufferedAmount = 0;
  readyState = 1;
  readonly #connection: RTCPeerConnection;
  readonly #sender: RTCRtpSender;
  #isPaused = false;

  /** @param connection connected, with one track each way */
  constructor(connection: RTCPeerConnection, sender: RTCRtpSender) {
    super();
    this.#connection = connection;
    this.#sender = sender;
    connection.connectionStateChange.subscribe((state) => {
      if (state === 'failed' || state === 'disconnected') this.#ended(LOST);
    });
    // A goodbye of the hub; the state of the connection does not tell of it.
    for (const transport of connection.dtlsTransports) {
      transport.onStateChange.subscribe((state) => {
        if (state === 'closed') this.#ended(CLOSED);
      });
    }
  }

  /** A packet has come. A device that hangs loses what comes. */
  received(packet: Buffer): void {
    if (this.readyState === this.OPEN && !this.#isPaused) this.emit('message', packet, true);
  }

  send(message: string | Uint8Array): void {
    if (typeof message === 'string' || this.readyState !== this.OPEN) return;
    const packet = Buffer.from(message);
    packet[1] = ((packet[1] ?? 0) & 0x80) | OPUS;
    this.#sender.sendRtp(packet).catch(() => undefined);
  }

  /** ICE checks the way by itself. */
  ping(): void {}

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  close(code: number): void {
    this.#ended(code);
  }

  terminate(): void {
    this.#ended(LOST);
  }

  #ended(code: number): void {
    if (this.readyState !== this.OPEN) return;
    this.readyState = 3;
    this.#connection.close().catch(() => undefined);
    setImmediate(() => this.emit('close', code, Buffer.alloc(0)));
  }
}
