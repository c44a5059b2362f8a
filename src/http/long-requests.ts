import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Connections whose request may take longer than the server lets others take. */
const long = new WeakSet<Duplex>();

/** What a client is told of a request that cannot be answered otherwise, by the code of its error: as node:http does it. */
const STATUS_LINES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** The request on this connection comes at the pace of its sender, which is watched by its route. The connection must not be used again. */
export function mayTakeLong(socket: Duplex): void {
  long.add(socket);
}

/** Has a server let those requests take their time. */
export function allowLongRequests(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const { code = '' } = error;
    if (code === 'ERR_HTTP_REQUEST_TIMEOUT' && long.has(socket)) return;
    // A response that has begun cannot be taken back.
    const hasAnswer = (socket as { _httpMessage?: { headersSent: boolean } | null })._httpMessage?.headersSent ?? false;
    if (socket.writable && !hasAnswer) {
      socket.write(`HTTP/1.1 ${STATUS_LINES[code] ?? '400 Bad Request'}\r\nConnection: close\r\n\r\n`);
    }
    socket.destroy(error);
  });
}
