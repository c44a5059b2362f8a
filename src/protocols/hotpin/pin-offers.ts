import { encodeWav } from '../../audio/wav.ts';

/** Where answers that were not played are downloaded. */
export interface PinDownloads {
  /** Offers a WAV file. @returns the secret of its address; undefined: there is no room for it */
  offer(wav: Uint8Array): string | undefined;
  /** The address of an offer; undefined: it was fetched, or its time is over. */
  addressOf(offer: string): string | undefined;
}

/** What the offers of one link need. */
export interface PinOffersOptions {
  readonly downloads: PinDownloads | undefined;
  readonly sampleRate: number;
  /** Tells the pin. */
  readonly tell: (type: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** The answer that a pin may fetch because it has not played it: the last one. */
export class PinOffers {
  readonly #options: PinOffersOptions;
  #last: string | undefined;

  constructor(options: PinOffersOptions) {
    this.#options = options;
  }

  /** The last offer; the pin may have fetched it meanwhile. */
  get last(): string | undefined {
    return this.#last;
  }

  /** Offers an answer, and tells the pin. */
  offer(samples: Int16Array): void {
    this.keep(samples);
    if (!this.#tell()) {
      const message = 'the answer was not played, and cannot be downloaded';
      this.#options.tell('error', { code: 'no_download', message });
    }
  }

  /** Offers an answer to a pin that cannot be told now. */
  keep(samples: Int16Array): void {
    const { downloads, sampleRate } = this.#options;
    this.#last = samples.length === 0 ? undefined : downloads?.offer(encodeWav(samples, sampleRate));
  }

  /** Tells the pin of an offer of its last link: it may not have come. Nothing happens when it was fetched. */
  repeat(offer: string): void {
    this.#last = offer;
    this.#tell();
  }

  /** Something else is said: the offer lasts as long as it does, and is not repeated. */
  forget(): void {
    this.#last = undefined;
  }

  #tell(): boolean {
    const url = this.#last === undefined ? undefined : this.#options.downloads?.addressOf(this.#last);
    if (url === undefined) return false;
    this.#options.tell('offer_download', { url });
    return true;
  }
}
