import type { RawData } from 'ws';
import type { Clock, Random, Timer } from '#src/core/clock';
import type { Faults } from '../faults/faults.ts';
import { LateSender } from '../faults/late-sender.ts';
import type { OutgoingMessage, Uplink } from '../protocols/wire.ts';
import type { LinkSocket } from './link-socket.ts';

/** Microphone audio that a backend does not take in time is lost beyond this, bytes. */
const MAX_UNSENT_BYTES = 256 * 1024;

/** What a link tells. */
interface LinkListener {
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

/** What a link is made of. */
export interface WebSocketLinkOptions {
  /** Counts from 1 in the life of the device. */
  readonly id: number;
  readonly socket: LinkSocket;
  /** The microphone stream of this link; shared with the others when the codec lives as long as the device. */
  readonly uplink: Uplink;
  readonly clock: Clock;
  readonly random: Random;
  readonly keepAlive: KeepAlive | null;
  readonly faults: Faults;
  readonly listener: LinkListener;
}

/** One open WebSocket between a device and a backend, whichever of the two dialled. */
export class WebSocketLink {
  readonly id: number;
  readonly uplink: Uplink;
  readonly #socket: LinkSocket;
  readonly #clock: Clock;
  readonly #keepAlive: KeepAlive | null;
  readonly #late: LateSender<OutgoingMessage>;
  readonly #bytesPerS: number | undefined;
  /** Why nothing is read at the moment. */
  readonly #pauses = new Set<'frozen' | 'gap' | 'slow'>();
  #keepAliveTimer: Timer | undefined;
  #readTimer: Timer | undefined;
  #lateBytes = 0;

  constructor({ id, socket, uplink, clock, random, keepAlive, faults, listener }: WebSocketLinkOptions) {
    this.id = id;
    this.uplink = uplink;
    this.#socket = socket;
    this.#clock = clock;
    this.#keepAlive = keepAlive;
    this.#bytesPerS = faults.slowReaderBytesPerS;
    this.#late = new LateSender(clock, random, faults.jitterMs ?? 0, (message) => this.#sendNow(message));
    socket.on('message', (data, isBinary) => {
      const bytes = toBytes(data);
      this.#readSlowly(bytes.length);
      if (isBinary) listener.binary(bytes);
      else listener.text(bytes.toString('utf8'), bytes.length);
    });
    socket.on('ping', () => listener.ping());
    socket.on('pong', () => this.#pingLater());
    // 'close' follows every error and says what there is to know.
    socket.on('error', () => {});
    socket.on('close', (code, reason) => {
      this.#clock.clearTimer(this.#keepAliveTimer);
      this.#clock.clearTimer(this.#readTimer);
      this.#late.stop();
      listener.closed(code, reason.toString('utf8'));
    });
    this.#pingLater();
  }

  /** What the backend has not taken yet, bytes. */
  get unsentBytes(): number {
    return this.#socket.bufferedAmount + this.#lateBytes;
  }

  /** Sends a message, or loses it: false when the socket is closing or the backend does not read. */
  send(message: OutgoingMessage): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN || this.unsentBytes > MAX_UNSENT_BYTES) return false;
    this.#lateBytes += message.length;
    this.#late.send(message);
    return true;
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
    this.#clock.clearTimer(this.#keepAliveTimer);
    this.#pause('frozen');
  }

  thaw(): void {
    this.#resume('frozen');
    this.#pingLater();
  }

  /** Nothing passes in either direction. */
  beginGap(): void {
    this.#late.hold();
    this.#pause('gap');
  }

  endGap(): void {
    this.#resume('gap');
    this.#late.release();
  }

  #sendNow(message: OutgoingMessage): void {
    this.#lateBytes -= message.length;
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(message, { binary: typeof message !== 'string', compress: false });
  }

  /** What was read has to be earned before more is. */
  #readSlowly(bytes: number): void {
    if (this.#bytesPerS === undefined) return;
    this.#pause('slow');
    this.#clock.clearTimer(this.#readTimer);
    this.#readTimer = this.#clock.setTimer(() => this.#resume('slow'), (bytes * 1000) / this.#bytesPerS);
  }

  #pause(why: 'frozen' | 'gap' | 'slow'): void {
    this.#pauses.add(why);
    this.#socket.pause();
  }

  #resume(why: 'frozen' | 'gap' | 'slow'): void {
    this.#pauses.delete(why);
    if (this.#pauses.size === 0) this.#socket.resume();
  }

  #pingLater(): void {
    const keepAlive = this.#keepAlive;
    if (!keepAlive) return;
    this.#clock.clearTimer(this.#keepAliveTimer);
    this.#keepAliveTimer = this.#clock.setTimer(() => {
      if (this.#socket.readyState !== this.#socket.OPEN) return;
      this.#socket.ping();
      this.#keepAliveTimer = this.#clock.setTimer(() => this.#socket.terminate(), keepAlive.pongTimeoutMs);
    }, keepAlive.pingEveryMs);
  }
}

function toBytes(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
