import { createRequire } from 'node:module';
import { DialtoneError, toDialtoneError } from '../../core/errors.ts';
import { loadOnce } from '../../core/load-once.ts';
import {
  DEFAULT_BITRATE,
  DEFAULT_COMPLEXITY,
  type OpusCodec,
  type OpusDecoder,
  type OpusEncoder,
  type OpusEncoderOptions,
  type OpusRate,
} from './opus.ts';
import { badPacket, checkFrameLength, codecMissing, frameSamplesOf, freedCoder } from './opus-errors.ts';
import { MAX_OPUS_PACKET_BYTES } from './opus-packet.ts';

const NAME = 'opusscript';
/** The compiled library inside the package; the class that the package exports breaks with many instances (docs/OPUS.md). */
const BUILD = 'opusscript/build/opusscript_native_wasm.js';

const APPLICATIONS = { voip: 2048, audio: 2049 };
const CTL_SET_BITRATE = 4002;
const CTL_SET_COMPLEXITY = 4010;
const CTL_SET_FEC = 4012;
const CTL_SET_LOSS_PERCENT = 4014;

/** Samples of the longest packet: 120 ms at 48 kHz. */
const MAX_SAMPLES = 5760;
/** The library keeps one byte in each 16-bit cell, so a sample takes four bytes. */
const PCM_SCRATCH_BYTES = MAX_SAMPLES * 4;
/** For packets in both directions; the library itself lets libopus write 3,828 bytes. */
const PACKET_SCRATCH_BYTES = MAX_OPUS_PACKET_BYTES;

/** An encoder and a decoder, which the library makes together. Negative results are libopus error codes. */
interface Handler {
  _encode(pcmPointer: number, samples: number, packetPointer: number, frameSamples: number): number;
  _decode(packetPointer: number, packetBytes: number, pcmPointer: number): number;
  _encoder_ctl(request: number, value: number): number;
  _decoder_ctl(request: number, value: number): number;
}

interface NativeModule {
  readonly ready: Promise<unknown>;
  /** Views of the heap. The module replaces them when the heap grows: read them anew in every call. */
  readonly HEAPU8: Uint8Array;
  readonly HEAPU16: Uint16Array;
  readonly OpusScriptHandler: {
    new (sampleRate: number, channels: number, application: number): Handler;
    destroy_handler(handler: Handler): void;
  };
  _malloc(bytes: number): number;
}

/** opusscript's WebAssembly build of libopus, for any number of coders. Loaded and compiled once. */
export const loadOpusscript = loadOnce(load);

async function load(): Promise<OpusCodec> {
  try {
    const create = createRequire(import.meta.url)(BUILD) as () => NativeModule;
    const native = create();
    await native.ready;
    return new Opusscript(native);
  } catch (error) {
    throw codecMissing(NAME, error);
  }
}

class Opusscript implements OpusCodec {
  readonly name = NAME;
  readonly #native: NativeModule;
  // Calls are synchronous, so all coders share one place for what goes in and comes out.
  readonly #pcm: number;
  readonly #packet: number;

  constructor(native: NativeModule) {
    this.#native = native;
    this.#pcm = native._malloc(PCM_SCRATCH_BYTES);
    this.#packet = native._malloc(PACKET_SCRATCH_BYTES);
  }

  async createDecoder(options: { readonly sampleRate: OpusRate }): Promise<OpusDecoder> {
    return new Decoder(this, this.#make(options.sampleRate), options.sampleRate);
  }

  async createEncoder(options: OpusEncoderOptions): Promise<OpusEncoder> {
    const handler = this.#make(options.sampleRate, options.application);
    const results = [
      handler._encoder_ctl(CTL_SET_BITRATE, options.bitrate ?? DEFAULT_BITRATE),
      handler._encoder_ctl(CTL_SET_COMPLEXITY, options.complexity ?? DEFAULT_COMPLEXITY),
      handler._encoder_ctl(CTL_SET_FEC, options.lossPercent ? 1 : 0),
      handler._encoder_ctl(CTL_SET_LOSS_PERCENT, options.lossPercent ?? 0),
    ];
    if (results.some((result) => result < 0)) {
      this.destroy(handler);
      throw new DialtoneError('internal', 'Opus refused the bitrate or complexity of an encoder.');
    }
    return new Encoder(this, handler, frameSamplesOf(options));
  }

  destroy(handler: Handler): void {
    this.#native.OpusScriptHandler.destroy_handler(handler);
  }

  decode(handler: Handler, packet: Uint8Array): Int16Array {
    if (packet.length === 0 || packet.length > MAX_OPUS_PACKET_BYTES) throw badPacket(`${packet.length} bytes`);
    this.#native.HEAPU8.set(packet, this.#packet);
    const count = handler._decode(this.#packet, packet.length, this.#pcm);
    if (count < 0) throw badPacket(`libopus error ${count}`);
    const cells = this.#native.HEAPU16;
    const samples = new Int16Array(count);
    for (let index = 0, at = this.#pcm >> 1; index < count; index++, at += 2) {
      samples[index] = (cells[at] ?? 0) | ((cells[at + 1] ?? 0) << 8);
    }
    return samples;
  }

  encode(handler: Handler, frame: Int16Array): Uint8Array {
    const cells = this.#native.HEAPU16;
    for (let index = 0, at = this.#pcm >> 1; index < frame.length; index++, at += 2) {
      const sample = frame[index] ?? 0;
      cells[at] = sample & 0xff;
      cells[at + 1] = (sample >> 8) & 0xff;
    }
    const size = handler._encode(this.#pcm, frame.length, this.#packet, frame.length);
    if (size < 0) throw new DialtoneError('internal', `Opus could not encode a frame (libopus error ${size}).`);
    return this.#native.HEAPU8.slice(this.#packet, this.#packet + size);
  }

  #make(sampleRate: OpusRate, application: 'audio' | 'voip' = 'audio'): Handler {
    try {
      return new this.#native.OpusScriptHandler(sampleRate, 1, APPLICATIONS[application]);
    } catch (error) {
      throw toDialtoneError(error, 'engine_overloaded');
    }
  }
}

class Decoder implements OpusDecoder {
  readonly #codec: Opusscript;
  readonly #sampleRate: number;
  #handler: Handler | undefined;

  constructor(codec: Opusscript, handler: Handler, sampleRate: number) {
    this.#codec = codec;
    this.#handler = handler;
    this.#sampleRate = sampleRate;
  }

  decode(packet: Uint8Array): Int16Array {
    if (!this.#handler) throw freedCoder('decoder');
    return this.#codec.decode(this.#handler, packet);
  }

  /** Its interface has neither FEC nor concealment. */
  conceal(durationMs: number): Int16Array {
    if (!this.#handler) throw freedCoder('decoder');
    return new Int16Array((this.#sampleRate * durationMs) / 1000);
  }

  free(): void {
    if (this.#handler) this.#codec.destroy(this.#handler);
    this.#handler = undefined;
  }
}

class Encoder implements OpusEncoder {
  readonly frameSamples: number;
  readonly #codec: Opusscript;
  #handler: Handler | undefined;

  constructor(codec: Opusscript, handler: Handler, frameSamples: number) {
    this.#codec = codec;
    this.#handler = handler;
    this.frameSamples = frameSamples;
  }

  encode(frame: Int16Array): Uint8Array {
    if (!this.#handler) throw freedCoder('encoder');
    checkFrameLength(frame, this.frameSamples);
    return this.#codec.encode(this.#handler, frame);
  }

  free(): void {
    if (this.#handler) this.#codec.destroy(this.#handler);
    this.#handler = undefined;
  }
}
