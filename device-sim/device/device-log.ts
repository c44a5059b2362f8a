import type { Clock } from '#src/core/clock';
import type { HandshakeFacts } from '../links/link-source.ts';
import { Ring } from './ring.ts';
import type { SimError } from './sim-error.ts';
import { Waiters } from './waiters.ts';

/** A message that a device received. Times are `Clock.now()` milliseconds. */
export interface ReceivedMessage {
  readonly at: number;
  /** Number of the connection it came on. */
  readonly connection: number;
  /** The `type` of a JSON message; else `binary` or `junk`. */
  readonly type: string;
  readonly bytes: number;
  /** The parsed message; undefined for audio and junk. */
  readonly json?: unknown;
}

/** A handshake as the backend asked for it. */
export interface Handshake extends HandshakeFacts {
  readonly at: number;
  readonly connection: number;
}

/** Which message a test waits for. */
export type MessageMatch = string | ((message: ReceivedMessage) => boolean);

const MAX_KEPT = 100;

/** What a device remembers of its backends. */
export class DeviceLog {
  readonly messages: Ring<ReceivedMessage>;
  readonly handshakes = new Ring<Handshake>(MAX_KEPT);
  readonly violations = new Ring<string>(MAX_KEPT);
  pings = 0;
  readonly #clock: Clock;
  readonly #waiters: Waiters<ReceivedMessage>;

  constructor(clock: Clock, maxMessages: number) {
    this.#clock = clock;
    this.messages = new Ring(maxMessages);
    this.#waiters = new Waiters(clock);
  }

  message(connection: number, bytes: number, message: { readonly type: string; readonly json?: unknown }): void {
    const received: ReceivedMessage = { at: this.#clock.now(), connection, bytes, ...message };
    this.messages.push(received);
    this.#waiters.offerAll(received);
  }

  handshake(connection: number, facts: HandshakeFacts): void {
    this.handshakes.push({ at: this.#clock.now(), connection, ...facts });
  }

  /** The next message that matches. */
  wait(match: MessageMatch, timeoutMs: number): Promise<ReceivedMessage> {
    const what = typeof match === 'string' ? `"${match}"` : 'such';
    const matches = typeof match === 'string' ? (message: ReceivedMessage) => message.type === match : match;
    return this.#waiters.wait(timeoutMs, () => `no ${what} message came`, matches);
  }

  /** Waiting is over. */
  stop(error: SimError): void {
    this.#waiters.reject(error);
  }
}
