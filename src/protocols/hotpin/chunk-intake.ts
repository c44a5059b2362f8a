import type { ChunkMeta } from './messages.ts';

/** A chunk has so many bytes: HotPin's own limits. */
const MIN_CHUNK_BYTES = 32;
export const MAX_CHUNK_BYTES = 512 * 1024;

/** So many chunks may be missing between two. */
const MAX_GAP = 10;

/** A recording may have so many bytes: 27 minutes. */
const MAX_RECORDING_BYTES = 50_000_000;

/** Hz of what a pin records. */
const RATE = 16_000;

/** A chunk to be used, or why it is not: a sentence for the author of the firmware. */
export type ChunkResult =
  | { readonly type: 'chunk'; readonly bytes: Uint8Array; readonly seq: number; readonly missing: number }
  | { readonly type: 'bad'; readonly problem: string };

/** Puts the messages of one recording together: each chunk is announced, then sent. Pure but for its own counts. */
export class ChunkIntake {
  readonly #minBytes: number;
  #announced: ChunkMeta | undefined;
  #nextSeq: number | undefined;
  #chunks = 0;
  #bytes = 0;
  #isBroken = false;

  /** @param minBytes of a chunk */
  constructor(minBytes = MIN_CHUNK_BYTES) {
    this.#minBytes = minBytes;
  }

  /** Chunks of the recording so far, and their bytes. */
  get chunks(): number {
    return this.#chunks;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Milliseconds of audio so far. */
  get audioMs(): number {
    return this.#bytes / ((RATE * 2) / 1000);
  }

  /** So much of the recording is missing that it has to be made again. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** A chunk is announced, and has not come. */
  get isAnnounced(): boolean {
    return this.#announced !== undefined;
  }

  /** A chunk is announced. @returns what is wrong with it; undefined: nothing is */
  announce(meta: ChunkMeta): string | undefined {
    const { bytes, sampleRate } = meta;
    const before = this.#announced;
    this.#announced = undefined;
    if (sampleRate !== undefined && sampleRate !== RATE) return `audio must have ${RATE} Hz, not ${sampleRate}`;
    if (bytes < this.#minBytes || bytes > MAX_CHUNK_BYTES) {
      return `a chunk has ${this.#minBytes} to ${MAX_CHUNK_BYTES} bytes, not ${bytes}`;
    }
    this.#announced = meta;
    return before ? `the audio of chunk ${before.seq} has not come` : undefined;
  }

  /** The audio of the chunk that was announced. */
  take(bytes: Uint8Array): ChunkResult {
    const meta = this.#announced;
    this.#announced = undefined;
    if (!meta) return bad('announce each chunk by audio_chunk_meta, then send its audio');
    const { seq } = meta;
    if (bytes.length !== meta.bytes)
      return bad(`chunk ${seq} has ${bytes.length} bytes, not the ${meta.bytes} announced`);
    if (this.#bytes + bytes.length > MAX_RECORDING_BYTES) return bad('a recording may have at most 50 MB');
    const missing = seq - (this.#nextSeq ?? seq);
    if (missing < 0) return bad(`chunk ${seq} has come before, or too late`);
    this.#nextSeq = seq + 1;
    if (missing > MAX_GAP) {
      this.#isBroken = true;
      return bad(`${missing} chunks are missing before chunk ${seq}: make the recording again`);
    }
    this.#chunks += 1;
    this.#bytes += bytes.length;
    return { type: 'chunk', bytes, seq, missing };
  }

  /** A message was left out: the chunk that was announced does not come, or comes without being announced. */
  missed(): void {
    this.#announced = undefined;
  }
}

function bad(problem: string): ChunkResult {
  return { type: 'bad', problem };
}
