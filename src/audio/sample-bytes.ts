/** Shorter messages tell too little of where their samples begin, bytes. */
const SHORTEST_JUDGED = 64;

/** How many times wilder the samples must be from the expected place on than from another, for the other to be believed. */
const CLEARLY = 4;
/** Samples with smaller steps than this are in place: a quiet room, s16 steps. */
const QUIET_STEPS = 256;

/**
 * Joins a stream of bytes, cut anywhere, to whole samples: what is left over of a message waits for the next one. Where
 * messages end within samples a message may have been lost, or each may hold a byte that is no audio. So the samples begin
 * where they make sense: s16 that is read one byte late is noise, float32 is wild.
 */
export class SampleBytes {
  readonly #width: 2 | 4;
  #rest: Uint8Array = new Uint8Array(0);
  #uneven = false;
  #discarded = 0;

  /** @param width bytes of a sample: 2 of s16, 4 of float32, little-endian */
  constructor(width: 2 | 4) {
    this.#width = width;
  }

  /** Bytes so far that belonged to no sample. */
  get discardedBytes(): number {
    return this.#discarded;
  }

  /** The whole samples up to the end of this message: the very bytes where that is possible, else a copy. */
  take(bytes: Uint8Array): Uint8Array {
    if (!this.#uneven && bytes.length % this.#width === 0) return bytes;
    this.#uneven = true;
    const expected = this.#rest.length === 0 ? 0 : this.#width - this.#rest.length;
    const joined = this.#join(bytes, this.#startIn(bytes, expected));
    const end = joined.length - (joined.length % this.#width);
    this.#rest = joined.slice(end);
    return joined.subarray(0, end);
  }

  /** A message was left out: what is left over of the one before belongs to no sample. */
  missed(): void {
    this.#discarded += this.#rest.length;
    this.#rest = new Uint8Array(0);
  }

  /** The message behind what is left over, from where the first sample begins. @param start where in the message one begins */
  #join(bytes: Uint8Array, start: number): Uint8Array {
    const rest = this.#rest;
    const needed = start === 0 ? 0 : this.#width - start;
    if (needed === 0 || rest.length < needed) {
      const skipped = Math.min(start, bytes.length);
      this.#discarded += rest.length + skipped;
      return bytes.subarray(skipped);
    }
    this.#discarded += rest.length - needed;
    const joined = new Uint8Array(needed + bytes.length);
    joined.set(rest.subarray(rest.length - needed));
    joined.set(bytes, needed);
    return joined;
  }

  /** Where in the message a sample begins. @param expected where it does if nothing was lost */
  #startIn(bytes: Uint8Array, expected: number): number {
    if (bytes.length < SHORTEST_JUDGED) return expected;
    const wildness = this.#width === 2 ? roughness : wildFloats;
    const atExpected = wildness(bytes, expected);
    if (atExpected < QUIET_STEPS) return expected;
    for (let start = 0; start < this.#width; start++) {
      if (start !== expected && wildness(bytes, start) * CLEARLY < atExpected) return start;
    }
    return expected;
  }
}

/** The mean step from one s16 sample to the next. 0 where no sample has a low byte: read one byte late such audio is tiny. */
function roughness(bytes: Uint8Array, start: number): number {
  let sum = 0;
  let count = 0;
  let lowBits = 0;
  let before: number | undefined;
  for (let at = start; at + 2 <= bytes.length; at += 2) {
    const low = bytes[at] ?? 0;
    const sample = (((bytes[at + 1] ?? 0) << 24) >> 16) | low;
    lowBits |= low;
    if (before !== undefined) {
      sum += Math.abs(sample - before);
      count += 1;
    }
    before = sample;
  }
  return count === 0 || lowBits === 0 ? 0 : sum / count;
}

/** The share of float32 samples that no sound has, in s16 steps. */
function wildFloats(bytes: Uint8Array, start: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let wild = 0;
  let count = 0;
  for (let at = start; at + 4 <= bytes.length; at += 4) {
    const size = Math.abs(view.getFloat32(at, true));
    if (!(size === 0 || (size <= 2 && size > 1e-12))) wild += 1;
    count += 1;
  }
  return count === 0 ? 0 : (wild / count) * 32_768;
}
