import type { RawData, WebSocket } from 'ws';
import type { Clock, Timer } from '#src/core/clock';
import type { OutgoingMessage, Uplink } from '../protocols/wire.ts';

/** Microphone audio that a backend does not take in time is lost beyond this, bytes. */
const MAX_UNSENT_BYTES = 256 * 1024;

/** What a link tells. */
export interface LinkListener {
  text(text: string, bytes: number): void;
  binary(bytes: Uint8Array): void;
  ping(): void;
  closed(code: number, reason: string): void;
}

/** How a device keeps a link alive. */
export interface KeepAlive {
  readonly pingEveryMs: number;
  readonly pongTimeoutMs: number;
}

/** One open WebSocket between a device and a backend, whichever of the two dialled. */
export class WebSocketLink {
  /** Counts from 1 in the life of the device. */
  readonly id: number;
  /** The microphone stream of this link; shared with the others when the codec lives as long as the device. */
  readonly uplink: Uplink;
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #keepAlive: KeepAlive | null;
  #timer: Timer | undefined;
  #lostMessages = 0;

  constructor(
    id: number,
    socket: WebSocket,
    uplink: Uplink,
    clock: Clock,
    keepAlive: KeepAlive | null,
    listener: LinkListener,
  ) {
    this.id = id;
    this.uplink = uplink;
    this.#socket = socket;
    this.#clock = clock;
    this.#keepAlive = keepAlive;
    socket.on('message', (data, isBinary) => {
      const bytes = toBytes(data);
      if (isBinary) listener.binary(bytes);
      else listener.text(bytes.toString('utf8'), bytes.length);
    });
    socket.on('ping', () => listener.ping());
    socket.on('pong', () => this.#pingLater());
    // 'close' follows every error and says what there is to know.
    socket.on('error', () => {});
    socket.on('close', (code, reason) => {
      this.#clock.clearTimer(this.#timer);
      listener.closed(code, reason.toString('utf8'));
    });
    this.#pingLater();
  }

  /** Microphone messages that were not sent because the backend did not read. */
  get lostMessages(): number {
    return this.#lostMessages;
  }

  send(message: OutgoingMessage): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > MAX_UNSENT_BYTES) this.#lostMessages++;
    else this.#socket.send(message, { binary: typeof message !== 'string', compress: false });
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Ends the TCP connection without a close frame, as a power cut does at best. */
  terminate(): void {
    this.#socket.terminate();
  }

  /** Neither reads nor pings any more. */
  freeze(): void {
    this.#clock.clearTimer(this.#timer);
    this.#socket.pause();
  }

  thaw(): void {
    this.#socket.resume();
    this.#pingLater();
  }

  #pingLater(): void {
    const keepAlive = this.#keepAlive;
    if (!keepAlive) return;
    this.#clock.clearTimer(this.#timer);
    this.#timer = this.#clock.setTimer(() => {
      if (this.#socket.readyState !== this.#socket.OPEN) return;
      this.#socket.ping();
      this.#timer = this.#clock.setTimer(() => this.#socket.terminate(), keepAlive.pongTimeoutMs);
    }, keepAlive.pingEveryMs);
  }
}

function toBytes(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
