import { createHash } from 'node:crypto';
import { cleanText } from '../../../core/clean-text.ts';
import type { Clock, Timer } from '../../../core/clock.ts';
import { DialtoneError } from '../../../core/errors.ts';
import type { AvatarSet } from '../../device-tools.ts';
import type { OfferedDownload } from '../../downloads.ts';

/** How long the set may be fetched, milliseconds: as stackchan's gateway has it. */
const FETCH_MS = 120_000;

/** Longest words of a device about its failure. */
const MAX_WORDS = 300;

/** A file that the device may fetch. */
export interface OfferedFile {
  readonly url: string;
  readonly token: string;
  /** Takes the offer back. */
  readonly withdraw: () => void;
}

/** What the device says became of a set. */
export interface AvatarLoaded {
  /** `sha256:` and hexadecimal digits. */
  readonly checksum: string;
  readonly ok: boolean;
  /** In the words of the device; empty when it says none. */
  readonly error: string;
}

/** What loading needs. */
export interface AvatarLoadsOptions {
  readonly clock: Clock;
  /** @throws DialtoneError `downloads_full` */
  readonly offer: (download: OfferedDownload) => OfferedFile;
  /** Tells the device to fetch a set. */
  readonly send: (fields: Readonly<Record<string, unknown>>) => void;
}

/** The set of pictures that a device is loading: at most one. The device fetches it over HTTP, checks it, and says so. */
export class AvatarLoads {
  readonly #options: AvatarLoadsOptions;
  #current: { readonly checksum: string; settle(error?: DialtoneError): void } | undefined;

  constructor(options: AvatarLoadsOptions) {
    this.#options = options;
  }

  /** @throws DialtoneError `tool_timeout`, `tool_failed` (with the device's words), `link_lost`, `downloads_full` */
  load({ bytes, mode, withinMs }: AvatarSet): Promise<void> {
    const { clock, offer, send } = this.#options;
    const checksum = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const headers = { 'x-avatar-mode': mode, 'x-avatar-sha256': checksum };
    const contentType = 'application/octet-stream';
    const { url, token, withdraw } = offer({ bytes, headers, contentType, forMs: FETCH_MS, guardedAt: '/avatar_set/' });
    return new Promise((resolve, reject) => {
      const settle = (error?: DialtoneError) => {
        clock.clearTimer(timer);
        this.#current = undefined;
        // A device that is late may fetch it still.
        if (error?.code !== 'tool_timeout') withdraw();
        if (error) reject(error);
        else resolve();
      };
      const timer: Timer = clock.setTimer(() => {
        const message = `the device has not loaded the avatar set within ${withinMs / 1_000} seconds`;
        settle(new DialtoneError('tool_timeout', message, { retryable: true }));
      }, withinMs);
      this.#current = { checksum, settle };
      send({ url, token, mode, checksum, expected_size: bytes.length });
    });
  }

  /** @returns false when it is about no set that is being loaded */
  loaded({ checksum, ok, error }: AvatarLoaded): boolean {
    if (this.#current?.checksum !== checksum) return false;
    const words = cleanText(error, MAX_WORDS) || 'it does not say why';
    this.#current.settle(ok ? undefined : new DialtoneError('tool_failed', words));
    return true;
  }

  /** The link is gone. */
  close(): void {
    this.#current?.settle(new DialtoneError('link_lost', 'the device is gone: its link ended', { retryable: true }));
  }
}
