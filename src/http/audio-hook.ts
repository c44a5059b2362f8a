import { HttpConnections } from '../core/http-connections.ts';
import type { Secret } from '../core/secret.ts';

/** How long the receiver may take, milliseconds: as stackchan's gateway. */
const TIMEOUT_MS = 10_000;

/** So many files are on their way at once; further ones are dropped. */
const MAX_UNDER_WAY = 16;

/** One recording to be sent. */
interface HookFile {
  readonly device: string;
  /** Borne when the hook has no token of its own. */
  readonly token: Secret | undefined;
  /** An Ogg-Opus file. */
  readonly ogg: Uint8Array;
}

/** Where recordings go. */
export interface AudioHookOptions {
  readonly url: string;
  readonly token: Secret | undefined;
  /** A recording was not delivered. It is not sent again: its moment is over. */
  readonly onProblem: (device: string, error: Error) => void;
  /** A recording was delivered. */
  readonly onDelivered?: (device: string) => void;
}

/** Sends each recording of a device to an address by `POST`, as stackchan's gateway does. */
export class AudioHook {
  readonly #options: AudioHookOptions;
  readonly #connections = new HttpConnections({ idleMs: 0 });
  #underWay = 0;

  constructor(options: AudioHookOptions) {
    this.#options = options;
  }

  /** Never throws, never waits. */
  send({ device, token, ogg }: HookFile): void {
    const { onProblem, onDelivered } = this.#options;
    if (this.#underWay >= MAX_UNDER_WAY) {
      onProblem(device, new Error(`${MAX_UNDER_WAY} recordings are on their way already`));
      return;
    }
    this.#underWay++;
    this.#post(device, this.#options.token ?? token, ogg)
      .then(
        () => onDelivered?.(device),
        (error: Error) => onProblem(device, error),
      )
      .finally(() => this.#underWay--);
  }

  async #post(device: string, token: Secret | undefined, ogg: Uint8Array): Promise<void> {
    const response = await this.#connections.fetch(this.#options.url, {
      method: 'POST',
      headers: {
        'content-type': 'audio/ogg',
        'x-device-name': encodeURIComponent(device),
        ...(token ? { authorization: `Bearer ${token.reveal()}` } : {}),
      },
      body: ogg,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'manual',
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the receiver answered ${response.status}`);
  }
}
