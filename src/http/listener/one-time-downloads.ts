import { randomBytes } from 'node:crypto';
import { isSameSecret } from '../../config/same-secret.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import { DialtoneError } from '../../core/errors.ts';
import type { Downloads, Offer, OfferedDownload } from '../../protocols/downloads.ts';
import { ServedRanges } from './served-ranges.ts';

/** Where downloads are; what follows is the id of one. That of a file that is not guarded is its secret. */
const DOWNLOAD_PATH = '/download/';
const PATHS = [DOWNLOAD_PATH, '/avatar_set/'] as const;

/** So many files whose time was over are remembered, to be told from those that never were. */
const MAX_EXPIRED = 256;

/** So many are offered at once. */
const MAX_DOWNLOADS = 256;

/** All that are offered together, bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Longest offer, milliseconds. */
const MAX_MS = 60 * 60_000;

/** A token, bytes: 128 bits cannot be guessed. */
const TOKEN_BYTES = 16;

/** One answer that sends a download, or a part of it. */
export interface Transfer {
  /** Everything was handed to the system; whether the device has got it is known when the connection ends. */
  readonly isWritten: boolean;
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>;
  breakOff(): void;
}

/** The id in the path of a download; undefined: the path is that of none. */
export function downloadIdIn(path: string): string | undefined {
  const beginning = PATHS.find((one) => path.startsWith(one));
  return beginning && path.slice(beginning.length);
}

/** A download as it is offered. */
export interface OneTimeDownload {
  /** What the request must bear; undefined: its address is the secret. */
  readonly token: string | undefined;
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly fileName: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** What the device has got of it. */
  readonly served: ServedRanges;
  /** The answer in progress, at most one. */
  transfer: Transfer | undefined;
}

/** An offer. */
interface OfferedFile {
  readonly download: OneTimeDownload;
  readonly path: string;
  readonly expiry: Timer;
}

/** Whether a request that bears this token may have a download. In constant time. @param borne undefined: it bears none */
export function mayFetch({ token }: OneTimeDownload, borne: string | undefined): boolean {
  return token === undefined || (borne !== undefined && isSameSecret(token, borne));
}

/** What {@link OneTimeDownloads} needs. */
export interface OneTimeDownloadsDeps {
  readonly clock: Clock;
  /** So many random bytes. Default: of node:crypto. */
  readonly random?: (bytes: number) => Buffer;
  /** So many are offered at once. Default: 256. */
  readonly maxDownloads?: number;
  /** All that are offered together, bytes. Default: 64 MiB. */
  readonly maxBytes?: number;
}

/**
 * Files that devices may fetch once, by a secret in the address or beside it. An offer ends when the device has got the whole file, when its
 * time is over, when it is withdrawn, or when there is no room for a newer one: the oldest that is not being fetched goes first.
 */
export class OneTimeDownloads implements Downloads {
  readonly #deps: Required<OneTimeDownloadsDeps>;
  /** Oldest first. */
  readonly #byId = new Map<string, OfferedFile>();
  /** Guarded ones whose time was over, oldest first. */
  readonly #expired = new Set<string>();
  #bytes = 0;

  constructor(deps: OneTimeDownloadsDeps) {
    this.#deps = { random: randomBytes, maxDownloads: MAX_DOWNLOADS, maxBytes: MAX_BYTES, ...deps };
  }

  offer({ bytes, contentType, fileName, headers = {}, forMs, guardedAt }: OfferedDownload): Offer {
    this.#makeRoom(bytes.length);
    const { clock, random } = this.#deps;
    const id = random(TOKEN_BYTES).toString('base64url');
    const token = guardedAt && random(TOKEN_BYTES).toString('base64url');
    const expiry = clock.setTimer(() => this.#expire(id), Math.min(forMs, MAX_MS));
    const served = new ServedRanges(bytes.length);
    const download = { token, bytes, contentType, fileName, headers, served, transfer: undefined };
    const path = `${guardedAt ?? DOWNLOAD_PATH}${id}`;
    this.#byId.set(id, { download, path, expiry });
    this.#bytes += bytes.length;
    return { id, token: token ?? id, path };
  }

  pathOf(id: string): string | undefined {
    return this.#byId.get(id)?.path;
  }

  withdraw(id: string): void {
    this.#forget(id)?.transfer?.breakOff();
  }

  /** The download of an id; undefined: there is none, or none any more. */
  find(id: string): OneTimeDownload | undefined {
    return this.#byId.get(id)?.download;
  }

  /** Whether the time of a guarded download was over before the device had got it. That of others nothing tells. */
  isExpired(id: string): boolean {
    return this.#expired.has(id);
  }

  /** The device has got these bytes, `to` excluded. The download ends with the last of them. */
  wasServed(id: string, from: number, to: number): void {
    const download = this.find(id);
    download?.served.add(from, to);
    if (download?.served.isWhole) this.#forget(id);
  }

  /** Ends all offers. */
  close(): void {
    for (const id of [...this.#byId.keys()]) this.withdraw(id);
  }

  #makeRoom(bytes: number): void {
    const { maxBytes, maxDownloads } = this.#deps;
    if (bytes > maxBytes) {
      throw new DialtoneError('downloads_full', `a download may have at most ${maxBytes} bytes; this one has ${bytes}`);
    }
    const fetched = [...this.#byId.values()].flatMap(({ download }) => (download.transfer ? [download] : []));
    const fetchedBytes = fetched.reduce((sum, download) => sum + download.bytes.length, 0);
    if (fetched.length >= maxDownloads || fetchedBytes + bytes > maxBytes) {
      const message = 'devices are fetching as many files as there may be: try again in a minute';
      throw new DialtoneError('downloads_full', message, { retryable: true });
    }
    for (const [id, { download }] of this.#byId) {
      if (this.#byId.size < maxDownloads && this.#bytes + bytes <= maxBytes) return;
      if (!download.transfer) this.#forget(id);
    }
  }

  #expire(id: string): void {
    if (this.find(id)?.token !== undefined) this.#expired.add(id);
    for (const oldest of this.#expired) {
      if (this.#expired.size <= MAX_EXPIRED) break;
      this.#expired.delete(oldest);
    }
    this.withdraw(id);
  }

  #forget(id: string): OneTimeDownload | undefined {
    const entry = this.#byId.get(id);
    if (!entry) return undefined;
    this.#byId.delete(id);
    this.#bytes -= entry.download.bytes.length;
    this.#deps.clock.clearTimer(entry.expiry);
    return entry.download;
  }
}
