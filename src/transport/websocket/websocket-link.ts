import type { Socket } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';
import type { ErrorCode } from '../../core/errors.ts';
import type { Link } from '../../protocols/protocol.ts';
import { lossOfDialError } from '../dial/dial-errors.ts';
import { clip, type LinkClose, lossOfClose, lossOfError, lossOfStatus } from '../link-close.ts';
import { hideSecrets } from './hide-secrets.ts';

/** The largest message a device may send, bytes. ws closes the line with 1009 beyond it. */
const MAX_MESSAGE_BYTES = 256 * 1024;

/**
 * What may wait for a device that does not read, bytes: half a minute of raw PCM. Beyond it the line is torn down; pacing
 * alone would let it grow as long as the device answers pings.
 */
const MAX_BACKLOG_BYTES = 1024 * 1024;

/** How long a device may take to accept the connection and the upgrade, milliseconds. ws itself has no limit. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** What is told of a link. After `closed` nothing more is said. */
export interface LinkListener {
  opened(): void;
  text(text: string): void;
  binary(bytes: Uint8Array): void;
  /** Anything at all arrived, pongs included. */
  alive(): void;
  /** The device asked for a pong, and got it. */
  ping(): void;
  /** A ping of ours was answered, or so it says. */
  pong(): void;
  closed(loss: LinkClose): void;
}

/** Where to dial, and how. */
export interface LinkTarget {
  readonly url: string;
  readonly subprotocols: readonly string[];
  /** What ws needs besides: TLS, headers, a guarded look-up. */
  readonly options: ClientOptions;
}

/** One WebSocket to one device, from the dial to its end. Says `closed` exactly once, whatever happens. */
export class WebSocketLink implements Link {
  readonly #socket: WebSocket;
  /** The first reason wins: what comes after it is only its consequence. */
  #loss: LinkClose | undefined;
  #closed = false;
  /** What ws writes to; known since the upgrade. */
  #transport: Socket | undefined;
  #gathering = false;

  constructor(target: LinkTarget, listener: LinkListener, wallNow: () => number) {
    // closeTimeout is newer than the type declarations of ws.
    const options: ClientOptions & { closeTimeout: number } = {
      ...target.options,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: MAX_MESSAGE_BYTES,
      maxFragments: 1024,
      perMessageDeflate: false,
      followRedirects: false,
      closeTimeout: 2_000,
    };
    const socket = new WebSocket(target.url, [...target.subprotocols], options);
    this.#socket = socket;
    // ws refuses a device that chooses no subprotocol; browsers and the original do not, and small devices often choose none.
    socket.on('upgrade', ({ headers, socket: transport }) => {
      this.#transport = transport;
      const [offered] = target.subprotocols;
      if (offered !== undefined) headers['sec-websocket-protocol'] ??= offered;
    });
    socket.on('open', () => listener.opened());
    socket.on('message', (data: Buffer, isBinary) => {
      if (this.#closed || this.#loss) return;
      listener.alive();
      this.guard(() => {
        if (isBinary) listener.binary(data);
        else listener.text(data.toString('utf8'));
      });
    });
    socket.on('pong', () => {
      listener.alive();
      listener.pong();
    });
    socket.on('ping', () => {
      listener.alive();
      listener.ping();
    });
    socket.on('unexpected-response', (_request, response) => {
      this.#loss ??= lossOfStatus(response.statusCode ?? 0, response.headers['retry-after'], wallNow());
      // With a listener here ws leaves the request to us; without this `close` would never come.
      socket.terminate();
    });
    socket.on('error', (error) => {
      this.#loss ??= lossOfDialError(error) ?? lossOfError(error);
    });
    socket.on('close', (code, reason) => {
      if (this.#closed) return;
      this.#closed = true;
      const said = hideSecrets(reason.toString('utf8'), target.options.headers);
      listener.closed(this.#loss ?? lossOfClose(code, said));
    });
  }

  /** Holds incoming messages back until `resume`, so that none is lost while the session is being set up. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Does something with a message. A fault of ours must cost this line only, never the process. */
  guard(handle: () => void): void {
    try {
      handle();
    } catch (error) {
      this.fail(1011, 'internal', `a message could not be handled: ${(error as Error).message}`);
    }
  }

  sendText(text: string): void {
    this.#send(text);
  }

  sendBinary(bytes: Uint8Array): void {
    this.#send(bytes);
  }

  #send(data: string | Uint8Array): void {
    if (!this.#maySend()) return;
    this.#gather();
    this.#socket.send(data);
  }

  /** What is said in one go (a frame and its words, a burst of tokens) leaves in one write: a system call each is dear. */
  #gather(): void {
    const transport = this.#transport;
    if (this.#gathering || !transport) return;
    this.#gathering = true;
    transport.cork();
    process.nextTick(() => {
      this.#gathering = false;
      transport.uncork();
    });
  }

  #maySend(): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    if (this.#socket.bufferedAmount <= MAX_BACKLOG_BYTES) return true;
    this.terminate({ kind: 'failed', code: 'peer_dead', message: 'the device does not read what it is sent' });
    return false;
  }

  /** Asks for a pong. */
  ping(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  fail(closeCode: number, code: ErrorCode, reason: string): void {
    this.#loss ??= { kind: 'failed', code, message: clip(reason) };
    this.close(closeCode, reason);
  }

  /** Says goodbye. `closed` follows when the other side agrees; `terminate` when it does not. */
  close(closeCode: number, reason: string): void {
    if (this.#socket.readyState === WebSocket.CONNECTING) {
      this.terminate();
      return;
    }
    // A socket that is not read from would never see the answer.
    this.#socket.resume();
    // A reason may have at most 123 bytes; beyond that ws throws.
    this.#socket.close(closeCode, Buffer.from(clip(reason, 40)).subarray(0, 120));
  }

  /** Ends the socket at once. @param loss the reason, when there is one to tell */
  terminate(loss?: LinkClose): void {
    if (loss) this.#loss ??= loss;
    this.#socket.terminate();
  }
}
