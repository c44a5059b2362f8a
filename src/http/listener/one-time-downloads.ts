import { randomBytes } from 'node:crypto';
import type { Clock, Timer } from '../../core/clock.ts';
import { DialtoneError } from '../../core/errors.ts';
import type { Downloads, OfferedDownload } from '../../protocols/downloads.ts';
import { ServedRanges } from './served-ranges.ts';

/** Where downloads are; what follows is the token. */
export const DOWNLOAD_PATH = '/download/';

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

/** A download as it is offered. */
export interface OneTimeDownload {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly fileName: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** What the device has got of it. */
  readonly served: ServedRanges;
  /** The answer in progress, at most one. */
  transfer: Transfer | undefined;
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
 * Files that devices may fetch once, by a secret in the address. An offer ends when the device has got the whole file, when its
 * time is over, when it is withdrawn, or when there is no room for a newer one: the oldest that is not being fetched goes first.
 */
export class OneTimeDownloads implements Downloads {
  readonly #deps: Required<OneTimeDownloadsDeps>;
  /** Oldest first. */
  readonly #byToken = new Map<string, { readonly download: OneTimeDownload; readonly expiry: Timer }>();
  #bytes = 0;

  constructor(deps: OneTimeDownloadsDeps) {
    this.#deps = { random: randomBytes, maxDownloads: MAX_DOWNLOADS, maxBytes: MAX_BYTES, ...deps };
  }

  offer({ bytes, contentType, fileName, headers = {}, forMs }: OfferedDownload): { token: string; path: string } {
    this.#makeRoom(bytes.length);
    const { clock, random } = this.#deps;
    const token = random(TOKEN_BYTES).toString('base64url');
    const expiry = clock.setTimer(() => this.withdraw(token), Math.min(forMs, MAX_MS));
    const served = new ServedRanges(bytes.length);
    const download = { bytes, contentType, fileName, headers, served, transfer: undefined };
    this.#byToken.set(token, { download, expiry });
    this.#bytes += bytes.length;
    return { token, path: `${DOWNLOAD_PATH}${token}` };
  }

  withdraw(token: string): void {
    this.#forget(token)?.transfer?.breakOff();
  }

  /** The download of a token; undefined: there is none, or none any more. */
  find(token: string): OneTimeDownload | undefined {
    return this.#byToken.get(token)?.download;
  }

  /** The device has got these bytes, `to` excluded. The download ends with the last of them. */
  wasServed(token: string, from: number, to: number): void {
    const download = this.find(token);
    download?.served.add(from, to);
    if (download?.served.isWhole) this.#forget(token);
  }

  /** Ends all offers. */
  close(): void {
    for (const token of [...this.#byToken.keys()]) this.withdraw(token);
  }

  #makeRoom(bytes: number): void {
    const { maxBytes, maxDownloads } = this.#deps;
    if (bytes > maxBytes) {
      throw new DialtoneError('downloads_full', `a download may have at most ${maxBytes} bytes; this one has ${bytes}`);
    }
    const fetched = [...this.#byToken.values()].flatMap(({ download }) => (download.transfer ? [download] : []));
    const fetchedBytes = fetched.reduce((sum, download) => sum + download.bytes.length, 0);
    if (fetched.length >= maxDownloads || fetchedBytes + bytes > maxBytes) {
      const message = 'devices are fetching as many files as there may be: try again in a minute';
      throw new DialtoneError('downloads_full', message, { retryable: true });
    }
    for (const [token, { download }] of this.#byToken) {
      if (this.#byToken.size < maxDownloads && this.#bytes + bytes <= maxBytes) return;
      if (!download.transfer) this.#forget(token);
    }
  }

  #forget(token: string): OneTimeDownload | undefined {
    const entry = this.#byToken.get(token);
    if (!entry) return undefined;
    this.#byToken.delete(token);
    this.#bytes -= entry.download.bytes.length;
    this.#deps.clock.clearTimer(entry.expiry);
    return entry.download;
  }
}
