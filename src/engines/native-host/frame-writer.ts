import { FRAME_HEADER_BYTES } from './wire.ts';

/** Where frames go: a socket, or something like it. */
export interface FrameSink {
  write(bytes: Uint8Array): unknown;
  cork(): void;
  uncork(): void;
  /** Bytes that were written but have not left yet. */
  readonly writableLength: number;
}

const CHUNK_BYTES = 64 * 1024;
const EMPTY = new Uint8Array(0);

/**
 * Puts frames on a pipe, all those of one turn of the event loop in one write: a hundred speakers cost one system call
 * where they would cost a hundred. Frames written before there is a pipe wait for it.
 */
export class FrameWriter {
  #sink: FrameSink | undefined;
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #start = 0;
  #end = 0;
  #full: Buffer[] = [];
  #fullBytes = 0;
  #scheduled = false;

  /** Bytes that have not left the process. Unbounded here: the caller checks before it writes. */
  get backlog(): number {
    return this.#fullBytes + this.#end - this.#start + (this.#sink?.writableLength ?? 0);
  }

  /** The payload is copied. */
  write(type: number, stream: number, payload: Uint8Array = EMPTY): void {
    const bytes = FRAME_HEADER_BYTES + payload.length;
    if (this.#chunk.length - this.#end < bytes) this.#nextChunk(bytes);
    this.#chunk.writeUInt32LE(payload.length, this.#end);
    this.#chunk.writeUInt8(type, this.#end + 4);
    this.#chunk.writeUInt32LE(stream, this.#end + 5);
    this.#chunk.set(payload, this.#end + FRAME_HEADER_BYTES);
    this.#end += bytes;
    this.#schedule();
  }

  /** The pipe is there: what waited leaves now. */
  attach(sink: FrameSink): void {
    this.#sink = sink;
    this.flush();
  }

  /** Hands everything to the pipe now. */
  flush(): void {
    const sink = this.#sink;
    if (!sink) return;
    this.#seal();
    const full = this.#full;
    if (full.length === 0) return;
    this.#full = [];
    this.#fullBytes = 0;
    sink.cork();
    for (const bytes of full) sink.write(bytes);
    sink.uncork();
  }

  #schedule(): void {
    if (this.#scheduled || !this.#sink) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  /** What was written to the chunk is the pipe's from here on; the chunk's remainder is still ours. */
  #seal(): void {
    if (this.#end === this.#start) return;
    this.#full.push(this.#chunk.subarray(this.#start, this.#end));
    this.#fullBytes += this.#end - this.#start;
    this.#start = this.#end;
  }

  #nextChunk(bytes: number): void {
    this.#seal();
    this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, bytes));
    this.#start = 0;
    this.#end = 0;
  }
}
