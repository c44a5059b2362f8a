import type { FrameWriter } from '../frame-writer.ts';
import type { HostFailure } from '../host-config.ts';
import { FrameType } from '../wire.ts';

/** Speech in one frame, bytes: far below the longest payload. */
const PIECE_BYTES = 64 * 1024;

/** What the host says of utterances and sentences, on its way to the process. */
export class HostOutput {
  readonly #writer: FrameWriter;
  readonly #onOver: (id: number) => void;

  /** @param onOver is told when nothing more will be said of one */
  constructor(writer: FrameWriter, onOver: (id: number) => void) {
    this.#writer = writer;
    this.#onOver = onOver;
  }

  partial(id: number, text: string, endpoint: boolean): void {
    this.#writer.write(FrameType.partial, id, Buffer.from(`${endpoint ? '\u0001' : '\u0000'}${text}`));
  }

  final(id: number, text: string): void {
    this.#writer.write(FrameType.final, id, Buffer.from(text));
    this.#onOver(id);
  }

  /** Samples from -1 to 1; beyond, they are cut off. */
  speech(id: number, samples: Float32Array): void {
    const shorts = Int16Array.from(samples, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32_767));
    for (let at = 0; at < shorts.byteLength; at += PIECE_BYTES) {
      const piece = new Uint8Array(shorts.buffer, at, Math.min(PIECE_BYTES, shorts.byteLength - at));
      this.#writer.write(FrameType.speech, id, piece);
    }
  }

  spoken(id: number): void {
    this.#writer.write(FrameType.spoken, id);
    this.#onOver(id);
  }

  /** A sound, as far as it was heard. */
  heard(id: number, isSpeech: boolean, samples: number): void {
    const payload = Buffer.alloc(5);
    payload.writeUInt8(isSpeech ? 1 : 0);
    payload.writeUInt32LE(samples, 1);
    this.#writer.write(FrameType.heard, id, payload);
  }

  failed(id: number, why: HostFailure): void {
    this.#writer.write(FrameType.failed, id, Buffer.from(JSON.stringify(why)));
    this.#onOver(id);
  }
}
