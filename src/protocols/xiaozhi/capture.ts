import { OggOpusWriter } from '../../audio/ogg/ogg-writer.ts';
import { HEARING_RATE } from '../../audio/rates.ts';

/** Longer recordings are cut off, milliseconds: so long is a question at most. */
const MAX_MS = 60_000;

/**
 * Keeps the Opus packets that a device sends from its `listen start` to its `listen stop`, and makes one Ogg-Opus file of them. Pauses
 * in which the device sends nothing are left out, as in stackchan's gateway.
 */
export class Capture {
  readonly #done: (file: { readonly ogg: Uint8Array; readonly durationMs: number }) => void;
  #writer: OggOpusWriter | undefined;
  #pages: Uint8Array[] = [];
  #durationMs = 0;

  constructor(done: (file: { readonly ogg: Uint8Array; readonly durationMs: number }) => void) {
    this.#done = done;
  }

  /** A recording begins; one that was under way is thrown away. */
  begin(): void {
    this.discard();
    this.#writer = new OggOpusWriter();
    this.#pages = [this.#writer.headerPages()];
  }

  /** @param packet one whole Opus packet @param samples its length at 16 kHz */
  add(packet: Uint8Array, samples: number): void {
    const ms = (samples * 1_000) / HEARING_RATE;
    if (!this.#writer || this.#durationMs + ms > MAX_MS) return;
    this.#durationMs += ms;
    this.#pages.push(this.#writer.page(packet, samples * (48_000 / HEARING_RATE)));
  }

  /** The recording is complete. Without any audio there is none. */
  end(): void {
    const [ogg, durationMs] = [Buffer.concat(this.#pages), this.#durationMs];
    this.discard();
    if (durationMs > 0) this.#done({ ogg, durationMs });
  }

  /** The recording did not come to its end. */
  discard(): void {
    this.#writer = undefined;
    this.#pages = [];
    this.#durationMs = 0;
  }
}
