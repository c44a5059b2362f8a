import { type ClientOptions, WebSocket } from 'ws';
import { closeOfDialError } from '../dial/dial-errors.ts';
import type { Link, LinkListener } from '../link.ts';
import { hideSecrets } from './hide-secrets.ts';
import { closeOfStatus } from './websocket-close.ts';
import { MAX_MESSAGE_BYTES, SOCKET_CLOSE_TIMEOUT_MS } from './websocket-limits.ts';
import { WebSocketLink } from './websocket-link.ts';

/** How long a device may take to accept the connection and the upgrade, milliseconds. ws itself has no limit. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Where to dial, and how. */
export interface WebSocketTarget {
  readonly url: string;
  readonly subprotocols: readonly string[];
  /** What ws needs besides: TLS, headers, a guarded look-up. */
  readonly options: ClientOptions;
}

/**
 * Dials a device. The link may be closed at once; it is up when it says `opened`.
 * @param wallNow wall-clock milliseconds, for a Retry-After that is a date
 * @throws SyntaxError when the URL is none
 */
export function dialWebSocket(target: WebSocketTarget, listener: LinkListener, wallNow: () => number): Link {
  // closeTimeout is newer than the type declarations of ws.
  const options: ClientOptions & { closeTimeout: number } = {
    ...target.options,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: MAX_MESSAGE_BYTES,
    maxFragments: 1024,
    perMessageDeflate: false,
    followRedirects: false,
    closeTimeout: SOCKET_CLOSE_TIMEOUT_MS,
  };
  const socket = new WebSocket(target.url, [...target.subprotocols], options);
  // Before the link's own: a refusal of ours has better words than the socket.
  socket.on('error', (error) => {
    const close = closeOfDialError(error);
    if (close) link.closesBecause(close);
  });
  const link = new WebSocketLink({
    socket,
    openedBy: 'us',
    listener,
    hideSecrets: (text) => hideSecrets(text, target.options.headers),
  });
  // ws refuses a device that chooses no subprotocol; browsers and the original do not, and small devices often choose none.
  socket.on('upgrade', ({ headers, socket: stream }) => {
    link.carriedBy(stream);
    const [offered] = target.subprotocols;
    if (offered !== undefined) headers['sec-websocket-protocol'] ??= offered;
  });
  socket.on('open', () => listener.opened());
  socket.on('unexpected-response', (_request, response) => {
    link.closesBecause(closeOfStatus(response.statusCode ?? 0, response.headers['retry-after'], wallNow()));
    // With a listener here ws leaves the request to us; without this `close` would never come.
    socket.terminate();
  });
  return link;
}
