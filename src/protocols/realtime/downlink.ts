import { OggOpusWriter } from '../../audio/ogg/ogg-writer.ts';
import type { OpusCodec, OpusEncoder } from '../../audio/opus/opus.ts';
import { int16ToPcmBytes } from '../../audio/pcm.ts';
import type { UplinkFormat } from './uplink.ts';

/** Rate of everything that is sent, Hz. */
export const DOWNLINK_RATE = 24_000;

const PACKET_MS = 40;
const PACKET_SAMPLES = (DOWNLINK_RATE * PACKET_MS) / 1000;
/** Ogg counts Opus time at 48 kHz, whatever was encoded. */
const PACKET_SAMPLES_48K = 48 * PACKET_MS;

/**
 * Audio to the device, ready for a delta: whole Ogg pages of one 40 ms packet each, the two header pages in front of the
 * first on every link; or raw PCM for a device that speaks it. State of one link.
 */
export class Downlink {
  readonly #codec: OpusCodec;
  readonly #ogg = new OggOpusWriter();
  #encoder: OpusEncoder | undefined;
  #headersSent = false;
  /** Whether a reply is being spoken or about to be. */
  #wanted = false;
  #closed = false;

  constructor(codec: OpusCodec) {
    this.#codec = codec;
  }

  /** Makes the encoder for a reply. */
  async prepare(): Promise<void> {
    if (this.#closed) return;
    this.#wanted = true;
    if (this.#encoder) return;
    const encoder = await this.#codec.createEncoder({ sampleRate: DOWNLINK_RATE, frameMs: PACKET_MS });
    // Meanwhile the reply may have been cut short, or another call been faster.
    if (this.#encoder || !this.#wanted) encoder.free();
    else this.#encoder = encoder;
  }

  /** The bytes of one frame, a whole number of 40 ms; null when no encoder is at hand. */
  encode(frame: Int16Array, format: UplinkFormat): Buffer | null {
    if (format === 'pcm16') return toBuffer(int16ToPcmBytes(frame));
    if (format === 'pcmf32') return toFloatBytes(frame);
    if (!this.#encoder) return null;
    const parts: Uint8Array[] = [];
    if (!this.#headersSent) parts.push(this.#ogg.headerPages());
    this.#headersSent = true;
    for (let at = 0; at + PACKET_SAMPLES <= frame.length; at += PACKET_SAMPLES) {
      const packet = this.#encoder.encode(frame.subarray(at, at + PACKET_SAMPLES));
      parts.push(this.#ogg.page(packet, PACKET_SAMPLES_48K));
    }
    return Buffer.concat(parts);
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

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function toFloatBytes(frame: Int16Array): Buffer {
  const bytes = Buffer.allocUnsafe(frame.length * 4);
  for (let index = 0; index < frame.length; index++) bytes.writeFloatLE((frame[index] ?? 0) / 32768, index * 4);
  return bytes;
}
