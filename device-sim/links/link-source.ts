import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { LinkSocket } from './link-socket.ts';

/**
 * Where the links of a device come from: `websocket-server.ts` waits until a backend dials it, `webrtc-dialer.ts` dials
 * the backend, and the same protocols: neither side of the handshake is known to a protocol.
 */
export interface LinkSource {
  /** Begins to listen, or to dial; resolves with the port of the device's own, 0 when it has none. */
  start(port: number): Promise<number>;
  /** Answers handshakes with this HTTP status until {@link accept}. A source that dials throws SimError `unsupported`. */
  refuse(status: number, headers: OutgoingHttpHeaders): void;
  accept(): void;
  /** Answers and dials no more, as a device whose program hangs, until {@link thaw}. */
  freeze(): void;
  thaw(): void;
  /** Ends; the links that are open are the caller's to close first. */
  close(): Promise<void>;
}

/** Makes a device ready for a link before the handshake is complete: so no message arrives before it is there. */
export type PrepareLink = () => Promise<Prepared>;

/** What was made ready for a link. */
export interface Prepared {
  opened(socket: LinkSocket, handshake: HandshakeFacts): void;
  /** The handshake failed after all. */
  discard(): void;
}

/** A handshake, as both sides agreed on it. */
export interface HandshakeFacts {
  readonly path: string;
  /** Of the request. */
  readonly headers: IncomingHttpHeaders;
  readonly offeredSubprotocols: readonly string[];
  /** The one negotiated; empty for none. */
  readonly subprotocol: string;
  /** WebSocket extensions negotiated; empty for none. */
  readonly extensions: string;
}
