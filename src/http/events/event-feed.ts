import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '../../core/clock.ts';
import type { EventBus } from '../../telemetry/event-bus.ts';
import { type Audience, isStreamed } from './event-dto.ts';
import { EventRing, formatEvent } from './event-ring.ts';

/** The most clients at a time. */
const MAX_CLIENTS = 100;

/** A client that has left more than this unread is dropped, bytes; what it was sent on connecting comes on top. */
const MAX_UNREAD_BYTES = 256 * 1024;

/** Comments keep proxies from closing a quiet stream, and show a client that is gone. Milliseconds. */
const HEARTBEAT_MS = 15_000;
const HEARTBEAT = Buffer.from(': still here\n\n');

/** A snapshot is shared by clients that connect within this time, if nothing happened meanwhile. Milliseconds. */
const SNAPSHOT_MS = 1_000;

/** What the feed is made from. */
export interface EventFeedOptions {
  readonly bus: Pick<EventBus, 'subscribe'>;
  readonly clock: Clock;
  /** Letters and digits that no other life of the process has. */
  readonly bootId: string;
  /** The present state of everything, for clients that know nothing yet. */
  readonly snapshot: () => object;
  /** Told how many clients there are. */
  readonly onClients: (count: number) => void;
}

/** What a client asks for. */
export interface FeedRequest {
  readonly audience: Audience;
  /** The newest event that it has; undefined for a new client. */
  readonly lastEventId: string | undefined;
}

interface Client {
  readonly response: ServerResponse;
  readonly audience: Audience;
  readonly maxUnreadBytes: number;
}

/**
 * Sends what happens to the clients of GET /v1/events. Written to Node's response itself: a web stream would hide how
 * much a client has left unread.
 */
export class EventFeed {
  readonly #options: EventFeedOptions;
  readonly #ring: EventRing;
  readonly #clients = new Set<Client>();
  readonly #unsubscribe: () => void;
  #snapshot: { readonly id: string; readonly at: number; readonly text: Buffer } | undefined;
  #heartbeat: Timer | undefined;
  #closed = false;

  constructor(options: EventFeedOptions) {
    this.#options = options;
    this.#ring = new EventRing(options.bootId);
    this.#unsubscribe = options.bus.subscribe((event) => {
      if (!isStreamed(event.type)) return;
      const numbered = this.#ring.add(event);
      for (const client of this.#clients) this.#write(client, numbered.text(client.audience));
    });
  }

  /** True when no further client is taken. */
  get isFull(): boolean {
    return this.#closed || this.#clients.size >= MAX_CLIENTS;
  }

  /**
   * Answers a request with the stream: what the client missed, when that is still known, and otherwise a `snapshot`;
   * then everything that happens. Ask `isFull` first.
   */
  connect(response: ServerResponse, { audience, lastEventId }: FeedRequest): void {
    if (response.destroyed) return;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      // nginx would hold events back otherwise.
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    const missed = lastEventId === undefined ? undefined : this.#ring.after(lastEventId);
    const first = missed ? Buffer.concat(missed.map((event) => event.text(audience))) : this.#takeSnapshot();
    const client: Client = { response, audience, maxUnreadBytes: MAX_UNREAD_BYTES + first.length };
    this.#clients.add(client);
    this.#options.onClients(this.#clients.size);
    response.once('close', () => this.#forget(client));
    // Of a socket that is gone before `close` was heard.
    response.on('error', () => this.#forget(client));
    this.#heartbeat ??= this.#options.clock.setTimer(this.#beat, HEARTBEAT_MS);
    // An empty first write would leave the headers waiting.
    response.write(first.length > 0 ? first : HEARTBEAT);
  }

  /** Ends every stream at once and takes no more. */
  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    for (const client of this.#clients) {
      const { response } = client;
      if (response.writableLength === 0) response.end();
      else response.destroy();
      this.#forget(client);
    }
  }

  #write(client: Client, text: Buffer): void {
    const { response } = client;
    if (response.destroyed) return;
    if (response.writableLength <= client.maxUnreadBytes) response.write(text);
    else {
      response.destroy();
      this.#forget(client);
    }
  }

  #forget(client: Client): void {
    if (!this.#clients.delete(client)) return;
    this.#options.onClients(this.#clients.size);
    if (this.#clients.size > 0) return;
    this.#options.clock.clearTimer(this.#heartbeat);
    this.#heartbeat = undefined;
    this.#snapshot = undefined;
  }

  readonly #beat = (): void => {
    this.#heartbeat = this.#options.clock.setTimer(this.#beat, HEARTBEAT_MS);
    for (const client of this.#clients) this.#write(client, HEARTBEAT);
  };

  #takeSnapshot(): Buffer {
    const { clock, snapshot } = this.#options;
    const id = this.#ring.lastId;
    const at = clock.now();
    if (this.#snapshot?.id !== id || at - this.#snapshot.at > SNAPSHOT_MS) {
      this.#snapshot = { id, at, text: formatEvent(id, 'snapshot', snapshot()) };
    }
    return this.#snapshot.text;
  }
}
