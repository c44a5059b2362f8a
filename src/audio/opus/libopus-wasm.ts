import type * as Libopus from 'libopus-wasm';
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

const NAME = 'libopus-wasm';

/** libopus as WebAssembly. It runs inside the VM: no packet can end the process. Loaded and compiled once. */
export const loadLibopusWasm = loadOnce(load);

async function load(): Promise<OpusCodec> {
  let library: typeof Libopus;
  try {
    library = await import('libopus-wasm');
    await library.loadLibopus();
  } catch (error) {
    throw codecMissing(NAME, error);
  }
  return {
    name: NAME,
    createDecoder: async ({ sampleRate }) => new Decoder(await makeDecoder(library, sampleRate), sampleRate),
    createEncoder: async (options) => new Encoder(await makeEncoder(library, options), frameSamplesOf(options)),
  };
}

async function makeDecoder(library: typeof Libopus, sampleRate: OpusRate): Promise<Libopus.OpusDecoderHandle> {
  try {
    return await library.createDecoder({ sampleRate, channels: 1 });
  } catch (error) {
    throw toDialtoneError(error);
  }
}

async function makeEncoder(library: typeof Libopus, options: OpusEncoderOptions): Promise<Libopus.OpusEncoderHandle> {
  try {
    return await library.createEncoder({
      sampleRate: options.sampleRate,
      channels: 1,
      application: library.Application[options.application === 'voip' ? 'Voip' : 'Audio'],
      frameSize: frameSamplesOf(options),
      bitrate: options.bitrate ?? DEFAULT_BITRATE,
      complexity: options.complexity ?? DEFAULT_COMPLEXITY,
      ...(options.lossPercent ? { fec: true, packetLossPercent: options.lossPercent } : {}),
    });
  } catch (error) {
    throw toDialtoneError(error);
  }
}

class Decoder implements OpusDecoder {
  readonly #sampleRate: number;
  #handle: Libopus.OpusDecoderHandle | undefined;

  constructor(handle: Libopus.OpusDecoderHandle, sampleRate: number) {
    this.#handle = handle;
    this.#sampleRate = sampleRate;
  }

  decode(packet: Uint8Array): Int16Array {
    if (!this.#handle) throw freedCoder('decoder');
    try {
      return this.#handle.decode(packet);
    } catch (error) {
      throw badPacket(error instanceof Error ? error.message : String(error), error);
    }
  }

  conceal(durationMs: number, next?: Uint8Array): Int16Array {
    if (!this.#handle) throw freedCoder('decoder');
    const frameSize = (this.#sampleRate * durationMs) / 1000;
    try {
      return next
        ? this.#handle.decode(next, { decodeFec: true, frameSize })
        : this.#handle.decodePacketLoss(frameSize);
    } catch (error) {
      throw badPacket(error instanceof Error ? error.message : String(error), error);
    }
  }

  free(): void {
    this.#handle?.free();
    this.#handle = undefined;
  }
}

class Encoder implements OpusEncoder {
  readonly frameSamples: number;
  #handle: Libopus.OpusEncoderHandle | undefined;

  constructor(handle: Libopus.OpusEncoderHandle, frameSamples: number) {
    this.#handle = handle;
    this.frameSamples = frameSamples;
  }

  encode(frame: Int16Array): Uint8Array {
    if (!this.#handle) throw freedCoder('encoder');
    checkFrameLength(frame, this.frameSamples);
    try {
      return this.#handle.encode(frame);
    } catch (error) {
      throw new DialtoneError('internal', 'Opus could not encode a frame.', { cause: error });
    }
  }

  free(): void {
    this.#handle?.free();
    this.#handle = undefined;
  }
}
