import { OggOpusWriter } from '#src/audio/ogg/ogg-writer';
import type { OutgoingMessage, Uplink, UplinkFrame } from '../wire.ts';

/** The microphone of a realtime device: `input_audio_buffer.append` without `event_id`, as the reference device sends it. */
export class RealtimeUplink implements Uplink {
  /** Undefined puts the frames into the message as they are. */
  readonly #writer: OggOpusWriter | undefined;
  readonly #samplesAt48k: number;
  #headerSent = false;
  /** Time that passed without a frame, in the granule of the next page. */
  #unsentAt48k = 0;

  constructor(container: 'ogg' | 'none', frameMs: number) {
    this.#writer = container === 'ogg' ? new OggOpusWriter() : undefined;
    this.#samplesAt48k = frameMs * 48;
  }

  messages(frames: readonly UplinkFrame[]): readonly OutgoingMessage[] {
    const parts = this.#writer ? this.#pages(this.#writer, frames) : frames.filter((frame) => frame !== null);
    if (parts.length === 0) return [];
    return [`{"type":"input_audio_buffer.append","audio":"${Buffer.concat(parts).toString('base64')}"}`];
  }

  #pages(writer: OggOpusWriter, frames: readonly UplinkFrame[]): Uint8Array[] {
    const pages: Uint8Array[] = [];
    for (const frame of frames) {
      if (frame === null) {
        this.#unsentAt48k += this.#samplesAt48k;
        continue;
      }
      // The header pages go out once in the writer's life, in front of its first audio.
      if (!this.#headerSent) pages.push(writer.headerPages());
      this.#headerSent = true;
      pages.push(writer.page(frame, this.#unsentAt48k + this.#samplesAt48k));
      this.#unsentAt48k = 0;
    }
    return pages;
  }
}
