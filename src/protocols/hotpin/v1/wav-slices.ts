import { int16ToPcmBytes } from '../../../audio/pcm.ts';
import { streamedWavHeader } from '../../../audio/wav.ts';

/** A message with a piece of the file, bytes. */
export const SLICE_BYTES = 4_096;

/** Cuts one WAV file, whose length is not known before its end, into messages of the same length. */
export class WavSlices {
  #rest: Uint8Array;

  constructor(sampleRate: number) {
    this.#rest = streamedWavHeader(sampleRate);
  }

  /** @returns the slices that are full with these samples */
  add(samples: Int16Array): readonly Uint8Array[] {
    const bytes = Buffer.concat([this.#rest, int16ToPcmBytes(samples)]);
    const slices: Uint8Array[] = [];
    let at = 0;
    for (; at + SLICE_BYTES <= bytes.length; at += SLICE_BYTES) slices.push(bytes.subarray(at, at + SLICE_BYTES));
    this.#rest = bytes.subarray(at);
    return slices;
  }

  /** @returns what is left of the file */
  end(): Uint8Array {
    const rest = this.#rest;
    this.#rest = new Uint8Array();
    return rest;
  }
}
