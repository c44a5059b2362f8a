import { type Clock, systemClock, type Timer } from '../core/clock.ts';

/** What waits for a reader that stands still, bytes: several thousand lines. */
const MAX_BYTES = 1024 * 1024;

/** The most that one write takes, bytes: as much as a pipe holds. */
const BATCH_BYTES = 64 * 1024;

/** While the reader takes nothing, a write is tried again after so long, milliseconds. Doubled from try to try. */
const RETRY_MS = { first: 5, most: 200 };

/** After an error that is not "no room": the reader may be gone, the disk full. Milliseconds. */
const RETRY_BROKEN_MS = 1_000;

/** Writes some bytes, or the first of them, and says how many were taken, as `fs.write` does. Does not wait. */
export type WriteBytes = (
  bytes: Buffer,
  offset: number,
  length: number,
  done: (error: NodeJS.ErrnoException | null, written: number) => void,
) => void;

/** What a log output is made with. */
export interface LogOutputOptions {
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Default: 1 MiB. */
  readonly maxBytes?: number;
}

/**
 * Where the lines of the log go: they are written beside the event loop, so that a reader that stands still stops nothing. Lines wait for it, up to 1 MiB; further ones are left out and counted. A write that fails, for a closed
 * pipe or a full disk, is tried again every second.
 */
export class LogOutput {
  /**
   * Called with the number of lines that were left out, once there is room for half of all that may wait. A line written then
   * stands where they are missing.
   */
  onGap: (lines: number) => void = () => {};
  readonly #clock: Clock;
  readonly #writeBytes: WriteBytes;
  readonly #maxBytes: number;
  #lines: string[] = [];
  /** Of `#lines`. */
  #bytes = 0;
  #batch: Buffer | undefined;
  #written = 0;
  #retryMs: number = RETRY_MS.first;
  /** The last write failed for another reason than a lack of room. */
  #isBroken = false;
  #dropped = 0;
  /** Of those, the ones that `onGap` has not been told. */
  #untold = 0;
  readonly #whenIdle = new Set<() => void>();

  constructor(write: WriteBytes, options: LogOutputOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#writeBytes = write;
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  /** Lines that were left out so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a line, its end included. Never waits, never throws. */
  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    // Once a line is missing, further ones are too until that is told: a gap is in one place.
    if (this.#untold > 0 || this.#bytes + bytes > this.#maxBytes) {
      this.#dropped += 1;
      this.#untold += 1;
      return;
    }
    this.#lines.push(line);
    this.#bytes += bytes;
    if (!this.#batch) this.#writeNext();
  }

  /** Resolves once every line is written, after `maxMs` at the latest, and at once when the reader is gone. */
  flush(maxMs: number): Promise<void> {
    if (!this.#batch || this.#isBroken) return Promise.resolve();
    return new Promise((resolve) => {
      let timer: Timer | undefined;
      const done = () => {
        this.#clock.clearTimer(timer);
        this.#whenIdle.delete(done);
        resolve();
      };
      timer = this.#clock.setTimer(done, maxMs);
      this.#whenIdle.add(done);
    });
  }

  #writeNext(): void {
    this.#batch = this.#takeBatch();
    this.#written = 0;
    if (this.#batch) this.#continue(this.#batch);
    else this.#endFlush();
  }

  #takeBatch(): Buffer | undefined {
    let count = 0;
    let length = 0;
    for (const line of this.#lines) {
      if (count > 0 && length + line.length > BATCH_BYTES) break;
      length += line.length;
      count += 1;
    }
    if (count === 0) return undefined;
    const batch = Buffer.from(this.#lines.splice(0, count).join(''));
    this.#bytes -= batch.length;
    return batch;
  }

  #continue(batch: Buffer): void {
    const left = batch.length - this.#written;
    this.#writeBytes(batch, this.#written, left, (error, written) => {
      if (error) this.#retry(batch, error);
      else this.#wrote(batch, written);
    });
  }

  #wrote(batch: Buffer, bytes: number): void {
    this.#isBroken = false;
    this.#retryMs = RETRY_MS.first;
    this.#written += bytes;
    if (this.#untold > 0 && this.#bytes <= this.#maxBytes / 2) {
      const lines = this.#untold;
      this.#untold = 0;
      this.onGap(lines);
    }
    if (this.#written < batch.length) this.#continue(batch);
    else this.#writeNext();
  }

  #retry(batch: Buffer, { code }: NodeJS.ErrnoException): void {
    const hasNoRoom = code === 'EAGAIN' || code === 'EBUSY';
    this.#isBroken = !hasNoRoom;
    if (this.#isBroken) this.#endFlush();
    this.#clock.setTimer(() => this.#continue(batch), hasNoRoom ? this.#retryMs : RETRY_BROKEN_MS);
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS.most);
  }

  #endFlush(): void {
    for (const done of this.#whenIdle) done();
  }
}
