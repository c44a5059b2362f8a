// biome-ignore lint/style/noRestrictedImports: Kyutai servers speak WebSocket, and the links of transport/ are for devices.
import { type RawData, WebSocket } from 'ws';
import { AsyncQueue } from '../../core/async-queue.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import type { Secret } from '../../core/secret.ts';
import { badMessage, brokenOff, refusedUpgrade, toldError, tooLate, unreachable } from './kyutai-error.ts';
import type { KyutaiServer } from './server.ts';

/** The key of a server that was given none: the servers of Unmute take it. */
const PUBLIC_KEY = 'public_token';

/** The largest message, bytes. 80 ms of audio are 9,630. */
const MAX_MESSAGE_BYTES = 512 * 1024;

/** Messages that may come before the server is ready: those of the user who had the channel before. */
const MAX_STRAY_MESSAGES = 10;

/** Close codes of an end without an error: the server gives none, or 1000. */
const NORMAL_CODES: ReadonlySet<number> = new Set([1000, 1005]);

/** How long a server may take, milliseconds. */
export interface LinkLimits {
  /** For connecting and its first message. */
  readonly readyMs: number;
  /** For the next message when one is due. */
  readonly nextMs: number;
}

/** What a link is made of. */
export interface LinkOptions<Message> {
  readonly server: KyutaiServer;
  readonly apiKey: Secret | undefined;
  readonly clock: Clock;
  readonly limits: LinkLimits;
  /** A message; null when its type is not known. Throws when it is malformed. */
  readonly decode: (bytes: Uint8Array) => Message | null;
  /** Aborting it closes the link at once, and `messages` throws the signal's reason. */
  readonly signal: AbortSignal;
}

/** Every message has a type; these two are the link's own. */
type AnyMessage = { readonly type: string } & ({ readonly type: 'Error'; readonly message: string } | { type: string });

/** A connection to one channel of a Kyutai server: msgpack messages over a WebSocket. It holds the channel until it is closed. */
export class KyutaiLink<Message extends AnyMessage> {
  /** Resolves when the server has given us a channel. Rejects with DialtoneError `engine_*`, or the signal's reason. */
  readonly ready: Promise<void>;
  /**
   * The messages after that. Ends when the server closes the link properly. Throws DialtoneError `engine_*` when it fails, the
   * signal's reason when that aborts. May be iterated once.
   */
  readonly messages: AsyncIterable<Message>;
  readonly #options: LinkOptions<Message>;
  readonly #socket: WebSocket;
  readonly #queue = new AsyncQueue<Message>();
  #state: 'connecting' | 'ready' | 'over' = 'connecting';
  #readyTimer: Timer | undefined;
  #dueTimer: Timer | undefined;
  #stray = 0;
  #onReady: () => void = () => undefined;
  #onFailed: (error: unknown) => void = () => undefined;

  constructor(options: LinkOptions<Message>) {
    const { server, apiKey, clock, limits, signal } = options;
    this.#options = options;
    this.messages = this.#queue;
    this.ready = new Promise((resolve, reject) => {
      this.#onReady = resolve;
      this.#onFailed = reject;
    });
    // Who only reads the messages need not look at it.
    this.ready.catch(() => undefined);
    this.#socket = new WebSocket(server.url, {
      headers: { 'kyutai-api-key': apiKey?.reveal() ?? PUBLIC_KEY },
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      followRedirects: false,
    });
    this.#socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    this.#socket.on('unexpected-response', (_request, { statusCode }) =>
      this.fail(refusedUpgrade(server, statusCode ?? 0)),
    );
    this.#socket.on('error', (error) => this.#failedBy(error));
    this.#socket.on('close', (code) => this.#closedBy(code));
    this.#readyTimer = clock.setTimer(
      () => this.fail(tooLate(server, 'gave no channel', limits.readyMs)),
      limits.readyMs,
    );
    if (signal.aborted) this.#abort();
    else signal.addEventListener('abort', this.#abort, { once: true });
  }

  /** Sends bytes as one message. They are copied. Does nothing once the link is over. */
  send(bytes: Uint8Array): void {
    if (this.#state === 'ready') this.#socket.send(bytes);
  }

  /** A message is due, and after it the next: without one in time the link fails. */
  expect(): void {
    if (this.#state !== 'ready') return;
    const { clock, limits, server } = this.#options;
    clock.clearTimer(this.#dueTimer);
    this.#dueTimer = clock.setTimer(
      () => this.fail(tooLate(server, 'sent nothing more', limits.nextMs)),
      limits.nextMs,
    );
  }

  /** No message is due any more. */
  expectNothing(): void {
    this.#options.clock.clearTimer(this.#dueTimer);
    this.#dueTimer = undefined;
  }

  /** Whether a message is due. */
  get isExpecting(): boolean {
    return this.#dueTimer !== undefined;
  }

  /** Gives the channel back at once. Calling it twice does nothing. */
  close(): void {
    if (this.#state !== 'over') this.#over(() => this.#queue.end());
  }

  /** As {@link close}, and `messages` throws this after what has come. */
  fail(error: unknown): void {
    if (this.#state !== 'over') this.#over(() => this.#queue.fail(error), error);
  }

  readonly #abort = (): void => this.fail(this.#options.signal.reason);

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#state === 'over') return;
    const { server } = this.#options;
    const message = isBinary ? this.#decode(data) : undefined;
    if (message === undefined) this.fail(badMessage(server, 'a message that is not in msgpack, or has another shape'));
    else if (message === null) return;
    else if (message.type === 'Error')
      this.fail(toldError(server, this.#hide('message' in message ? message.message : '')));
    else if (this.#state === 'ready') this.#pass(message);
    else if (message.type === 'Ready') this.#becomeReady();
    else if (++this.#stray > MAX_STRAY_MESSAGES) this.fail(badMessage(server, 'it did not say that it is ready'));
  }

  #decode(data: RawData): Message | null | undefined {
    try {
      return this.#options.decode(data as Buffer);
    } catch {
      return undefined;
    }
  }

  /** What a server says, without the key, which some repeat. */
  #hide(words: string): string {
    const key = this.#options.apiKey?.reveal();
    return key === undefined ? words : words.replaceAll(key, '[redacted]');
  }

  #becomeReady(): void {
    this.#state = 'ready';
    this.#options.clock.clearTimer(this.#readyTimer);
    this.#onReady();
  }

  #pass(message: Message): void {
    if (this.isExpecting) this.expect();
    this.#queue.push(message);
  }

  #failedBy(error: Error): void {
    const { server } = this.#options;
    this.fail(this.#state === 'connecting' ? unreachable(server, error) : brokenOff(server));
  }

  #closedBy(code: number): void {
    if (this.#state === 'ready' && NORMAL_CODES.has(code)) this.close();
    else this.fail(brokenOff(this.#options.server));
  }

  #over(end: () => void, error?: unknown): void {
    const { clock, signal } = this.#options;
    this.#state = 'over';
    clock.clearTimer(this.#readyTimer);
    this.expectNothing();
    signal.removeEventListener('abort', this.#abort);
    this.#socket.terminate();
    end();
    this.#onFailed(error ?? new DOMException('The link was closed.', 'AbortError'));
  }
}
