import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import { bearerIn } from './bearer.ts';
import { type ByteRange, byteRange } from './byte-range.ts';
import {
  downloadIdIn,
  mayFetch,
  type OneTimeDownload,
  type OneTimeDownloads,
  type Transfer,
} from './one-time-downloads.ts';

/** So long the end of a connection is waited for that has carried everything, when the same file is asked for again, milliseconds. */
const END_MS = 2_000;

/** What the route needs. */
export interface DownloadRouteDeps {
  readonly downloads: OneTimeDownloads;
  readonly clock: Clock;
}

/** Whether a request is one for a download. */
export function isDownload({ url = '' }: IncomingMessage): boolean {
  return downloadIdIn(url) !== undefined;
}

/**
 * `GET /download/{id}`, `GET /avatar_set/{id}`: sends a file that was offered to one device, until that has got the whole of it. The
 * latter needs the token of the file (stackchan's gateway 0.9.1): 401 without it, which uses nothing up; 410 when its time was over. A transfer that broke
 * off may be repeated, also in parts (`Range`). Devices close their connection at the end: one that is reset instead has not got
 * everything. Of two requests for the same file at once, the newer one counts: the older one is that of a connection that was lost.
 */
export async function answerDownload(
  request: IncomingMessage,
  response: ServerResponse,
  deps: DownloadRouteDeps,
): Promise<void> {
  const { method = '', url = '', headers } = request;
  if (method !== 'GET' && method !== 'HEAD') {
    return refuse(response, 405, 'this path answers to GET, HEAD', { allow: 'GET, HEAD' });
  }
  const id = downloadIdIn(url.split('?', 1)[0] ?? '') ?? '';
  const download = deps.downloads.find(id);
  if (download && !mayFetch(download, bearerIn(headers.authorization))) {
    return refuse(response, 401, 'this needs the token of the file: "Authorization: Bearer …"', {
      'www-authenticate': 'Bearer',
    });
  }
  if (download && method === 'GET') await settled(download, deps.clock);
  if (deps.downloads.isExpired(id)) return refuse(response, 410, 'the time for this file is over');
  // Nothing tells an address that never was from one that is used up.
  if (!download || deps.downloads.find(id) !== download) return refuse(response, 404, 'there is nothing at this path');
  if (response.destroyed) return;
  const size = download.bytes.length;
  // There is no validator that "If-Range" could name: what it guards is not done.
  const range = headers['if-range'] === undefined ? byteRange(headers.range, size) : undefined;
  if (range === 'unsatisfiable') {
    return refuse(response, 416, `there are ${size} bytes`, { 'content-range': `bytes */${size}` });
  }
  const part = range ?? { from: 0, to: size };
  const more = range ? { 'content-range': `bytes ${part.from}-${part.to - 1}/${size}` } : {};
  response.writeHead(range ? 206 : 200, { ...headersOf(download, part), ...more });
  if (method === 'HEAD') {
    response.end();
    return;
  }
  const { socket } = response;
  // The device has gone meanwhile.
  if (!socket || socket.destroyed) return;
  const transfer = transferOf(response, socket, (isServed) => {
    if (download.transfer === transfer) download.transfer = undefined;
    if (isServed) deps.downloads.wasServed(id, part.from, part.to);
  });
  download.transfer = transfer;
  response.end(download.bytes.subarray(part.from, part.to));
}

/** Waits for what is known of the transfer in progress, or breaks it off. */
async function settled(download: OneTimeDownload, clock: Clock): Promise<void> {
  for (let before = download.transfer; before; before = download.transfer) {
    if (before.isWritten) await endOf(before, clock);
    if (download.transfer !== before) continue;
    before.breakOff();
    await before.ended;
  }
}

function endOf({ ended }: Transfer, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(resolve, END_MS);
    void ended.then(() => {
      clock.clearTimer(timer);
      resolve();
    });
  });
}

/** @param over called once: whether the other end has got all of it */
function transferOf(response: ServerResponse, socket: Socket, over: (isServed: boolean) => void): Transfer {
  let isWritten = false;
  let isBroken = false;
  response.once('finish', () => {
    isWritten = true;
  });
  // The server would destroy it once everything is written, and never learn whether it arrived.
  socket.destroySoon = () => void socket.end();
  const ended = new Promise<void>((resolve) => {
    socket.once('close', (hadError) => {
      over(isWritten && !isBroken && !hadError);
      resolve();
    });
  });
  return {
    get isWritten() {
      return isWritten;
    },
    ended,
    breakOff: () => {
      isBroken = true;
      socket.destroy();
    },
  };
}

function headersOf({ contentType, fileName, headers }: OneTimeDownload, { from, to }: ByteRange): OutgoingHttpHeaders {
  return {
    ...headers,
    'content-type': contentType,
    'content-length': to - from,
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(fileName === undefined ? {} : { 'content-disposition': disposition(fileName) }),
    // The end of the connection tells that the device has got everything.
    connection: 'close',
  };
}

function disposition(fileName: string): string {
  const plain = fileName.replace(/[^A-Za-z0-9._ -]/g, '_');
  // Through a buffer: half a surrogate pair cannot be encoded.
  const encoded = encodeURIComponent(Buffer.from(fileName).toString()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function refuse(response: ServerResponse, status: number, error: string, headers: OutgoingHttpHeaders = {}): void {
  const body = JSON.stringify({ error });
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(body);
}
