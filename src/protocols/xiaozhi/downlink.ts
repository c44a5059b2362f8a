import type { OpusCodec, OpusEncoder } from '../../audio/opus/opus.ts';
import { type FrameVersion, writeFrame } from './frame.ts';
import { DOWNLINK_RATE, type FrameMs } from './hello.ts';

/** Audio to the device: an Opus packet in the words of its protocol version for each frame. State of one link. */
export class Downlink {
  readonly #codec: OpusCodec;
  readonly #version: FrameVersion;
  readonly #frameMs: FrameMs;
  #encoder: OpusEncoder | undefined;
  #wanted = false;
  #closed = false;
  /** Milliseconds of audio sent on this link: the time stamp of the next packet. */
  #sentMs = 0;

  constructor(codec: OpusCodec, version: FrameVersion, frameMs: FrameMs) {
    this.#codec = codec;
    this.#version = version;
    this.#frameMs = frameMs;
  }

  /** Makes the encoder for a reply. */
  async prepare(): Promise<void> {
    if (this.#closed) return;
    this.#wanted = true;
    if (this.#encoder) return;
    const encoder = await this.#codec.createEncoder({ sampleRate: DOWNLINK_RATE, frameMs: this.#frameMs });
    // Meanwhile the reply may have been cut short, or another call been faster.
    if (this.#encoder || !this.#wanted) encoder.free();
    else this.#encoder = encoder;
  }

  /** Milliseconds of audio sent on this link so far. */
  get sentMs(): number {
    return this.#sentMs;
  }

  /** The message for one frame; null when no encoder is at hand. */
  encode(frame: Int16Array): Uint8Array | null {
    if (!this.#encoder) return null;
    // 0 means "no time stamp" where devices send it back.
    this.#sentMs += this.#frameMs;
    return writeFrame(this.#encoder.encode(frame), this.#version, this.#sentMs);
  }

  /** Gives the encoder back: it is only needed while a reply is being spoken. */
  release(): void {
    this.#wanted = false;
    this.#encoder?.free();
    this.#encoder = undefined;
  }

  close(): void {
    this.#closed = true;
    this.release();
  }
}
