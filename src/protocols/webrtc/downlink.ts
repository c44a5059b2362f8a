import type { OpusCodec, OpusEncoder } from '../../audio/opus/opus.ts';
import type { Clock, Random } from '../../core/clock.ts';
import { writeRtp } from '../../transport/webrtc/rtp-packet.ts';

/** Rate at which answers are encoded, Hz: voices have no more, and a decoder takes any. */
export const DOWNLINK_RATE = 24_000;

export const FRAME_MS = 20;

/** A packet on the RTP clock of Opus, which is 48 kHz whatever was encoded (RFC 7587 section 4.1). */
const UNITS_PER_FRAME = 960;

/** Loss from which packets carry the one before them, share of 1: below, what the device makes up is not noticed. */
const FEC_FROM_LOSS = 0.02;

/** Behind such a pause audio begins anew, milliseconds. */
const PAUSE_MS = 100;

/** Audio to the device: an RTP packet with Opus for each frame. State of one link. */
export class Downlink {
  readonly #codec: OpusCodec;
  readonly #clock: Clock;
  #sequence: number;
  #timestamp: number;
  #sentAtMs: number | undefined;
  #encoder: OpusEncoder | undefined;
  #wanted = false;
  #closed = false;

  constructor(codec: OpusCodec, clock: Clock, random: Random) {
    this.#codec = codec;
    this.#clock = clock;
    // Not to be guessed (RFC 3550 section 5.1).
    this.#sequence = Math.floor(random() * 0x10000);
    this.#timestamp = Math.floor(random() * 0x1_0000_0000);
  }

  /** Makes the encoder for a reply. @param loss share of packets that get lost on the way, 0 to 1 */
  async prepare(loss = 0): Promise<void> {
    if (this.#closed) return;
    this.#wanted = true;
    if (this.#encoder) return;
    const encoder = await this.#codec.createEncoder({
      sampleRate: DOWNLINK_RATE,
      frameMs: FRAME_MS,
      // Only SILK has FEC. It costs four times as much.
      ...(loss >= FEC_FROM_LOSS ? { application: 'voip', lossPercent: Math.ceil(Math.min(loss, 0.3) * 100) } : {}),
    });
    // Meanwhile the reply may have been cut short, or another call been faster.
    if (this.#encoder || !this.#wanted) encoder.free();
    else this.#encoder = encoder;
  }

  /** The packet for one frame; undefined when no encoder is at hand. */
  encode(frame: Int16Array): Uint8Array | undefined {
    if (!this.#encoder) return undefined;
    const now = this.#clock.now();
    const pauseMs = this.#sentAtMs === undefined ? Number.POSITIVE_INFINITY : now - this.#sentAtMs;
    const marker = pauseMs > PAUSE_MS;
    const frames = marker && Number.isFinite(pauseMs) ? Math.round(pauseMs / FRAME_MS) : 1;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + frames * UNITS_PER_FRAME) % 0x1_0000_0000;
    this.#sentAtMs = now;
    const payload = this.#encoder.encode(frame);
    return writeRtp({ sequence: this.#sequence, timestamp: this.#timestamp, ssrc: 0, marker, payload });
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
