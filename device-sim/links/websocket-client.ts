import { WebSocket } from 'ws';
import { SimError } from '../device/sim-error.ts';

/** Longest reason of a refusal that is shown, characters. */
const MAX_REASON = 300;

/** A backend that is reached by dialling it. */
export interface BackendAddress {
  /** `ws://…` or `wss://…` */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Certificate of the authority that the backend's is signed by, PEM. Default: those of the machine. */
  readonly ca?: Buffer | undefined;
  /** Answers no ping, as some firmware. */
  readonly noPong?: boolean | undefined;
}

/**
 * Dials a backend, as firmware does: without subprotocol and without compression. Messages may come at once: listen to them in
 * the same turn of the event loop.
 * @throws SimError `refused` with the HTTP status of the refusal; what the socket throws when nothing answers
 */
export function dialBackend(
  { url, headers, ca, noPong }: BackendAddress,
  prepare: (socket: WebSocket) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      headers,
      perMessageDeflate: false,
      handshakeTimeout: 10_000,
      autoPong: noPong !== true,
      ...(ca ? { ca } : {}),
    });
    prepare(socket);
    socket.once('open', () => resolve());
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      let why = '';
      const refuse = () => {
        // One line, as a backend says what is wrong.
        const said = why.split('\n')[0]?.slice(0, MAX_REASON).trim();
        reject(new SimError('refused', `the backend answered HTTP ${response.statusCode}${said ? `: ${said}` : ''}`));
        socket.terminate();
      };
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        why += text.slice(0, MAX_REASON);
      });
      response.once('end', refuse);
      response.once('error', refuse);
    });
  });
}
