import { OggOpusReader } from '#src/audio/ogg/ogg-reader';
import type { OpusDecoder, OpusRate } from '#src/audio/opus/opus';
import { loadOpusCodec } from '#src/audio/opus/opus-codec';
import { checkOpusPacket } from '#src/audio/opus/opus-packet';
import type { DownlinkListener } from '../device/reply.ts';
import type { AudioInput } from '../protocols/wire.ts';

/** An Ogg-Opus stream that comes in, decoded at `sampleRate`; with `decode` false only its length is taken. */
export async function createOggInput(sampleRate: OpusRate, decode: boolean): Promise<AudioInput> {
  const decoder = decode ? await (await loadOpusCodec()).createDecoder({ sampleRate }) : undefined;
  return new OggInput(decoder);
}

class OggInput implements AudioInput {
  readonly #decoder: OpusDecoder | undefined;
  readonly #reader = new OggOpusReader((packet) => this.#packet(packet));
  #listener: DownlinkListener = () => {};
  #freed = false;

  constructor(decoder: OpusDecoder | undefined) {
    this.#decoder = decoder;
  }

  push(bytes: Uint8Array, listener: DownlinkListener): void {
    if (this.#freed) return;
    this.#listener = listener;
    this.#reader.push(bytes);
  }

  free(): void {
    this.#freed = true;
    this.#decoder?.free();
  }

  #packet(packet: Uint8Array): void {
    const check = checkOpusPacket(packet);
    if (!check.ok) {
      this.#listener({ type: 'violation', text: `a broken Opus packet: ${check.reason}` });
      return;
    }
    let samples: Int16Array | undefined;
    try {
      samples = this.#decoder?.decode(packet);
    } catch (error) {
      this.#listener({ type: 'violation', text: `an Opus packet that cannot be decoded: ${String(error)}` });
      return;
    }
    this.#listener({ type: 'audio', samples, durationMs: check.durationMs });
  }
}

/** Raw mono samples that come in: s16 or f32, little-endian. */
export class RawInput implements AudioInput {
  readonly #coding: 'pcm16' | 'pcmf32';
  readonly #sampleRate: number;
  readonly #decode: boolean;

  constructor(coding: 'pcm16' | 'pcmf32', sampleRate: number, decode: boolean) {
    this.#coding = coding;
    this.#sampleRate = sampleRate;
    this.#decode = decode;
  }

  push(bytes: Uint8Array, listener: DownlinkListener): void {
    const width = this.#coding === 'pcm16' ? 2 : 4;
    if (bytes.length % width !== 0) {
      listener({
        type: 'violation',
        text: `${bytes.length} bytes of audio are no whole number of ${width}-byte samples`,
      });
    }
    const count = Math.floor(bytes.length / width);
    if (count === 0) return;
    const durationMs = (count * 1000) / this.#sampleRate;
    listener({ type: 'audio', samples: this.#decode ? this.#read(bytes, count) : undefined, durationMs });
  }

  free(): void {}

  #read(bytes: Uint8Array, count: number): Int16Array {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const samples = new Int16Array(count);
    for (let i = 0; i < count; i++) {
      samples[i] =
        this.#coding === 'pcm16'
          ? view.getInt16(i * 2, true)
          : Math.min(32767, Math.max(-32768, Math.round(view.getFloat32(i * 4, true) * 32768)));
    }
    return samples;
  }
}
