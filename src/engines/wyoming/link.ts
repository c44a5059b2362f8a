import { connect, type Socket } from 'node:net';
import type { Clock, Timer } from '../../core/clock.ts';
import { DialtoneError } from '../../core/errors.ts';
import { brokenOff, toldError, tooLate, unreachable, type WyomingServer } from './errors.ts';
import { encodeEvent, type WyomingEvent } from './event.ts';
import { EventDecoder } from './event-decoder.ts';

/** Bytes of payload that may wait for the reader. With more, the link stops reading and the server has to wait. */
const MAX_WAITING = 1024 * 1024;

/** What a connection is made with. */
export interface WyomingLinkOptions {
  readonly server: WyomingServer;
  readonly clock: Clock;
  /** Longest time for the connection to be made, milliseconds. */
  readonly connectTimeoutMs: number;
  /** Aborting it closes the connection at once. */
  readonly signal: AbortSignal;
  /** Texts of the conversation in the request: errors do not repeat them. The caller may add to it. */
  readonly sent?: readonly string[];
  /** The connection has ended. @param error the reason, when the server caused it */
  readonly onEnd: (link: WyomingLink, error: DialtoneError | undefined) => void;
}

/** A TCP connection to a Wyoming server, for one request and its answer. It has one reader. */
export class WyomingLink {
  readonly #options: WyomingLinkOptions;
  readonly #decoder = new EventDecoder();
  readonly #abort = () => this.fail(this.#options.signal.reason);
  #socket: Socket | undefined;
  #isConnected = false;
  #events: WyomingEvent[] = [];
  /** Bytes of payload in `#events`. */
  #waiting = 0;
  /** The server closed the connection. */
  #hasEnded = false;
  #failure: { readonly cause: unknown } | undefined;
  #wake: (() => void) | undefined;
  #timer: Timer | undefined;
  #quietMs: number | undefined;
  #isClosed = false;

  constructor(options: WyomingLinkOptions) {
    this.#options = options;
    const { server, clock, signal, connectTimeoutMs } = options;
    if (signal.aborted) {
      this.#abort();
      return;
    }
    signal.addEventListener('abort', this.#abort, { once: true });
    const late = () => this.fail(unreachable(server, `no connection within ${connectTimeoutMs / 1_000} s`));
    this.#timer = clock.setTimer(late, connectTimeoutMs);
    this.#socket = connect({ host: server.host, port: server.port, noDelay: true });
    this.#listen(this.#socket);
  }

  /** Resolves when there is a connection. Rejects with DialtoneError `engine_unavailable`, or with the signal's reason. */
  async ready(): Promise<void> {
    while (!this.#isConnected) {
      this.#throwIfFailed();
      await this.#change();
    }
    this.#throwIfFailed();
  }

  /** Sends an event. The caller may reuse the payload at once. Does nothing once the connection has ended. */
  send(type: string, data?: Readonly<Record<string, unknown>>, payload?: Uint8Array): void {
    if (this.#socket?.writable) this.#socket.write(encodeEvent(type, data, payload));
  }

  /** Limits from now on how long the server may be silent while the reader waits, milliseconds. Before this call there is no limit. */
  limitQuiet(ms: number): void {
    this.#quietMs = ms;
    if (this.#wake && this.#isConnected) this.#startTimer();
  }

  /**
   * The next event.
   * @throws DialtoneError `engine_*`, also for an `error` event; the signal's reason when it aborts; the error that {@link fail} got
   */
  async next(): Promise<WyomingEvent> {
    for (;;) {
      if (this.#options.signal.aborted) this.#throwIfFailed();
      const event = this.#events.shift();
      if (event) return this.#taken(event);
      if (this.#hasEnded) this.fail(brokenOff(this.#options.server));
      this.#throwIfFailed();
      this.#startTimer();
      await this.#change();
      this.#stopTimer();
    }
  }

  /** Ends the connection at once. The reader gets the events that have arrived, then `error`. */
  fail(error: unknown): void {
    if (this.#failure || this.#isClosed) return;
    this.#failure = { cause: error };
    this.#end(error instanceof DialtoneError ? error : undefined);
  }

  /** Ends the connection at once. Calling it twice does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#events = [];
    this.#end(undefined);
  }

  #listen(socket: Socket): void {
    const { server } = this.#options;
    socket.on('connect', () => {
      this.#isConnected = true;
      this.#stopTimer();
      this.#wake?.();
    });
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const why = error.code ?? error.message;
      this.fail(this.#isConnected ? brokenOff(server) : unreachable(server, why));
    });
    socket.on('close', () => {
      this.#hasEnded = true;
      this.#wake?.();
    });
  }

  #receive(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    try {
      for (const event of this.#decoder.push(bytes)) {
        this.#events.push(event);
        this.#waiting += event.payload.length;
      }
    } catch (error) {
      this.fail(error);
    }
    if (this.#waiting > MAX_WAITING) this.#socket?.pause();
    if (this.#events.length > 0) this.#wake?.();
  }

  #taken(event: WyomingEvent): WyomingEvent {
    this.#waiting -= event.payload.length;
    if (this.#waiting <= MAX_WAITING && this.#socket?.isPaused()) this.#socket.resume();
    if (event.type !== 'error') return event;
    const { server, sent } = this.#options;
    const error = toldError(server, event.data.text, sent);
    this.fail(error);
    throw error;
  }

  #throwIfFailed(): void {
    if (this.#failure) throw this.#failure.cause;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #startTimer(): void {
    this.#stopTimer();
    if (this.#quietMs === undefined) return;
    const { clock, server } = this.#options;
    this.#timer = clock.setTimer(() => this.fail(tooLate(server)), this.#quietMs);
  }

  #stopTimer(): void {
    this.#options.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #end(error: DialtoneError | undefined): void {
    this.#isClosed = true;
    this.#stopTimer();
    this.#options.signal.removeEventListener('abort', this.#abort);
    this.#socket?.destroy();
    this.#options.onEnd(this, error);
    this.#wake?.();
  }
}
