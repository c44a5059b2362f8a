import { encode } from '@msgpack/msgpack';

/** Rate of all Kyutai audio, Hz. */
export const KYUTAI_RATE = 24_000;

/** The models work on frames of so many samples: 80 ms. */
export const FRAME_SAMPLES = 1_920;

/** A float in msgpack: a byte that says so and 4 bytes. */
const FLOAT_BYTES = 5;
const FULL_SCALE = 32_768;

/**
 * Cuts audio into messages of 80 ms for the recogniser. One message is used again and again: the receiver must have done
 * with it when it returns, as ws has, which copies what it masks.
 */
export class AudioFrames {
  readonly #send: (message: Uint8Array) => void;
  readonly #message = encode(
    { type: 'Audio', pcm: new Array<number>(FRAME_SAMPLES).fill(0.5) },
    { forceFloat32: true },
  );
  readonly #view = new DataView(this.#message.buffer, this.#message.byteOffset, this.#message.byteLength);
  /** Where the number of the first sample is. */
  readonly #start = this.#message.length - FRAME_SAMPLES * FLOAT_BYTES + 1;
  #count = 0;

  /** @param send takes one message of 80 ms */
  constructor(send: (message: Uint8Array) => void) {
    this.#send = send;
  }

  /** Mono s16 at 24 kHz, any length. */
  push(samples: Int16Array): void {
    for (let index = 0; index < samples.length; index++) this.#put((samples[index] ?? 0) / FULL_SCALE);
  }

  /** Fills the frame that was begun with silence, and adds so many silent frames. */
  silence(frames: number): void {
    let missing = frames * FRAME_SAMPLES + (this.#count === 0 ? 0 : FRAME_SAMPLES - this.#count);
    while (missing-- > 0) this.#put(0);
  }

  #put(sample: number): void {
    this.#view.setFloat32(this.#start + this.#count * FLOAT_BYTES, sample);
    this.#count += 1;
    if (this.#count < FRAME_SAMPLES) return;
    this.#count = 0;
    this.#send(this.#message);
  }
}
