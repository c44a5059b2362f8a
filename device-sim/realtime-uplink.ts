import { OggOpusWriter } from '#src/audio/ogg-writer';
import type { MicFrames } from './mic-frames.ts';
import type { OutgoingMessage, Uplink } from './wire.ts';

/** The microphone of a realtime device: `input_audio_buffer.append` without `event_id`, as the reference device sends it. */
export class RealtimeUplink implements Uplink {
  /** Undefined puts the frames into the message as they are. */
  readonly #writer: OggOpusWriter | undefined;
  readonly #samplesAt48k: number;
  #headerSent = false;

  constructor(container: 'ogg' | 'none', frameMs: number) {
    this.#writer = container === 'ogg' ? new OggOpusWriter() : undefined;
    this.#samplesAt48k = frameMs * 48;
  }

  messages(frames: MicFrames): readonly OutgoingMessage[] {
    const parts = this.#writer ? this.#pages(this.#writer, frames) : frames;
    return [`{"type":"input_audio_buffer.append","audio":"${Buffer.concat(parts).toString('base64')}"}`];
  }

  #pages(writer: OggOpusWriter, frames: MicFrames): Uint8Array[] {
    // The header pages go out once in the writer's life, in front of its first audio (realtime protocol §4.1).
    const pages = this.#headerSent ? [] : [writer.headerPages()];
    this.#headerSent = true;
    for (const frame of frames) pages.push(writer.page(frame, this.#samplesAt48k));
    return pages;
  }
}
