import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { ErrorCode } from '../../core/errors.ts';
import type { Arrival } from '../arrival.ts';
import type { CloseReason, Link, LinkListener } from '../link.ts';
import { closeOfReason, type LinkClose } from '../link-close.ts';
import { CLOSE_CODES, closeOfCode, closeOfSocketError, NO_CODE, reasonBytes } from './websocket-close.ts';

/**
 * What may wait for a device that does not read, bytes: half a minute of raw PCM. Beyond it the link is torn down; pacing
 * alone would let it grow as long as the device answers pings.
 */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** What a WebSocket link is made with. */
export interface WebSocketLinkOptions {
  /** Open or about to be. */
  readonly socket: WebSocket;
  readonly openedBy: Link['openedBy'];
  /** What the device said, where it opened the link. */
  readonly arrival?: Arrival;
  readonly listener: LinkListener;
  /** Removes what must not be shown from what the device says when it closes. */
  readonly hideSecrets: (text: string) => string;
}

/** One WebSocket to one device, opened by either side. Says `closed` exactly once, whatever happens. */
export class WebSocketLink implements Link {
  readonly kind = 'websocket';
  readonly openedBy: Link['openedBy'];
  readonly arrival?: Arrival;
  readonly #socket: WebSocket;
  readonly #listener: LinkListener;
  /** The first one counts: what comes after it is only its consequence. */
  #close: LinkClose | undefined;
  #closed = false;
  /** What ws writes to, once it is known. */
  #stream: Socket | undefined;
  #gathering = false;

  constructor({ socket, openedBy, arrival, listener, hideSecrets }: WebSocketLinkOptions) {
    this.#socket = socket;
    this.openedBy = openedBy;
    if (arrival) this.arrival = arrival;
    this.#listener = listener;
    socket.on('message', (data: Buffer, isBinary) => this.#message(data, isBinary));
    socket.on('pong', () => listener.alive('answered'));
    socket.on('ping', () => listener.alive('asked'));
    socket.on('error', (error) => this.closesBecause(closeOfSocketError(error)));
    socket.on('close', (code, said) => {
      if (this.#closed) return;
      this.#closed = true;
      // A device that dials in comes and goes as it likes; one that we dial should stay.
      const meant = openedBy === 'device' && code === NO_CODE ? 1000 : code;
      listener.closed(this.#close ?? closeOfCode(meant, hideSecrets(said.toString('utf8'))));
    });
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** The stream below the WebSocket is known: what is sent in one go leaves in one write from now on. */
  carriedBy(stream: Socket): void {
    this.#stream = stream;
  }

  /** Notes what `closed` is to tell, unless a reason is known already. The transport found it before the socket did. */
  closesBecause(close: LinkClose): void {
    this.#close ??= close;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  send(data: string | Uint8Array): void {
    if (!this.#maySend()) return;
    this.#gather();
    this.#socket.send(data);
  }

  probe(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  close(reason: CloseReason, detail = '', code?: ErrorCode): void {
    this.#close ??= closeOfReason(reason, detail, code);
    // A dial that is not over yet can only be broken off.
    if (reason === 'lost' || this.#socket.readyState === WebSocket.CONNECTING) {
      this.#socket.terminate();
      return;
    }
    // A socket that is not read from would never see the answer.
    this.#socket.resume();
    // ws waits for the answer as long as `closeTimeout`.
    this.#socket.close(CLOSE_CODES[reason], reasonBytes(detail));
  }

  #message(data: Buffer, isBinary: boolean): void {
    if (this.#closed || this.#close) return;
    this.#listener.alive('message');
    if (isBinary) this.#listener.bytes(data);
    else this.#listener.text(data.toString('utf8'));
  }

  #maySend(): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    if (this.#socket.bufferedAmount <= MAX_BUFFERED_BYTES) return true;
    this.close('lost', 'the device does not read what it is sent', 'peer_dead');
    return false;
  }

  /** What is said in one go (a frame and its words, a burst of tokens) leaves in one write: each system call is expensive. */
  #gather(): void {
    const stream = this.#stream;
    if (this.#gathering || !stream) return;
    this.#gathering = true;
    stream.cork();
    process.nextTick(() => {
      this.#gathering = false;
      stream.uncork();
    });
  }
}
