import { rms } from '#src/audio/pcm';

/** An encoder goes on for this long in silence before it stops sending. */
const HANGOVER_MS = 200;
/** Then it sends one packet in this time (RFC 6716 §2.1.9). */
const REFRESH_MS = 400;

/** Table-of-contents byte of 40 ms of wideband SILK with nothing behind it (RFC 6716 §3.1): a decoder makes up the rest. */
export const DTX_PACKET = Uint8Array.of(0x50);

/** What becomes of a frame: it is sent as it is, as an empty packet, or not at all. */
export type DtxVerdict = 'send' | 'refresh' | 'drop';

/** Decides which frames an encoder with discontinuous transmission sends. */
export class DtxGate {
  readonly #frameMs: number;
  readonly #threshold: number;
  #silentMs = 0;
  #unsentMs = 0;

  /** @param noiseRms of the microphone, s16 steps: what is about that loud is silence */
  constructor(frameMs: number, noiseRms: number) {
    this.#frameMs = frameMs;
    this.#threshold = (3 * noiseRms + 20) / 32_768;
  }

  judge(frame: Int16Array): DtxVerdict {
    this.#silentMs = rms(frame) > this.#threshold ? 0 : this.#silentMs + this.#frameMs;
    if (this.#silentMs <= HANGOVER_MS) {
      this.#unsentMs = 0;
      return 'send';
    }
    this.#unsentMs += this.#frameMs;
    if (this.#unsentMs < REFRESH_MS) return 'drop';
    this.#unsentMs = 0;
    return 'refresh';
  }
}
