const FULL_SCALE = 32_768;
/** Rise and fall of a tone: an edge would be heard as a click. */
const TONE_EDGE_MS = 8;

/**
 * Raw s16 little-endian bytes as samples. At an even offset the result is a view of the same memory, else a copy: keep it
 * only as long as the bytes. A last odd byte is left out.
 */
export function pcmBytesToInt16(bytes: Uint8Array): Int16Array {
  const count = bytes.length >> 1;
  if (bytes.byteOffset % 2 === 0) return new Int16Array(bytes.buffer, bytes.byteOffset, count);
  const copy = new Uint8Array(count * 2);
  copy.set(count * 2 === bytes.length ? bytes : bytes.subarray(0, count * 2));
  return new Int16Array(copy.buffer);
}

/** Samples as s16 little-endian bytes: a copy, the caller's to keep. */
export function int16ToPcmBytes(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength).slice();
}

/** Floats of -1 … 1 as s16. What is louder is clipped, what is no number becomes silence. */
export function floatToInt16(samples: Float32Array): Int16Array {
  const result = new Int16Array(samples.length);
  for (let index = 0; index < result.length; index++) {
    const scaled = Math.round((samples[index] ?? 0) * FULL_SCALE);
    // An Int16Array stores NaN as 0.
    result[index] = Math.max(-32_768, Math.min(32_767, scaled));
  }
  return result;
}

/** Pieces one behind the other, as one new array. */
export function concatSamples(pieces: readonly Int16Array[]): Int16Array<ArrayBuffer> {
  const all = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Power: the mean of the squares of the samples, full scale being 1. Of no samples: 0. */
export function meanSquare(samples: Int16Array): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) {
    const sample = samples[index] ?? 0;
    sum += sample * sample;
  }
  return samples.length === 0 ? 0 : sum / samples.length / FULL_SCALE ** 2;
}

/** Loudness: root mean square as a part of full scale, 0 … 1. Of no samples: 0. */
export function rms(samples: Int16Array): number {
  return Math.sqrt(meanSquare(samples));
}

/** What a tone is like. */
export interface ToneOptions {
  readonly hz: number;
  /** Length, milliseconds. */
  readonly ms: number;
  /** Hz of the samples. */
  readonly sampleRate: number;
  /** Peak as a part of full scale, 0 … 1. */
  readonly amplitude: number;
}

/** A sine tone with soft edges: mono s16. */
export function tone(options: ToneOptions): Int16Array {
  const samples = new Int16Array(Math.round((options.sampleRate * options.ms) / 1000));
  const edge = Math.min((options.sampleRate * TONE_EDGE_MS) / 1000, samples.length / 2);
  const peak = Math.min(Math.max(options.amplitude, 0), 1) * 32_767;
  const step = (2 * Math.PI * options.hz) / options.sampleRate;
  for (let index = 0; index < samples.length; index++) {
    const fromEdge = Math.min(index, samples.length - 1 - index);
    const gain = fromEdge < edge ? 0.5 - 0.5 * Math.cos((Math.PI * fromEdge) / edge) : 1;
    samples[index] = Math.round(peak * gain * Math.sin(step * index));
  }
  return samples;
}
