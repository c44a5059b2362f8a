import type { TurnRecorder, TurnRecording } from '../../conversation/ports.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import { DiskTrouble, type TellTrouble } from '../files/disk-trouble.ts';
import { makeFolder } from '../files/make-folder.ts';
import { TrustedTime } from '../files/trusted-time.ts';
import { RecordedTurn, type TurnEnded } from './recorded-turn.ts';
import { type RetentionLimits, ROOM_AFTER_SWEEP, sweep } from './retention.ts';
import { MemoryBudget } from './sample-buffer.ts';
import { writeTurn } from './write-turn.ts';

/** Turns that wait for the disk; one more is dropped. */
const MAX_WAITING = 256;

/** Audio of all turns in progress and waiting, bytes: beyond it they are cut short. */
const MAX_MEMORY_BYTES = 128_000_000;

/** How often old recordings are looked for, milliseconds. */
const SWEEP_MS = 3_600_000;

/** How long the end of the process waits for the disk, milliseconds. */
const CLOSE_MS = 2_000;

/** What a recorder of turns needs. */
export interface FileTurnRecorderOptions extends RetentionLimits {
  /** Folder of the recordings; it is made. */
  readonly dir: string;
  /** False: the index does not hold what was said. */
  readonly transcripts: boolean;
  readonly clock: Clock;
  /** What the user should know: a full disk, turns that were dropped. Once each. */
  readonly warn: TellTrouble;
  /** Default 128 MB. */
  readonly maxMemoryBytes?: number;
}

/**
 * Records turns into a folder: `<device>/<day>/`, two WAV files a turn and a line in the day's index. Written when a turn has
 * ended, one after the other. What is older or more than the limits is removed, oldest first, at the start and every hour, and
 * as soon as there is too much.
 */
export class FileTurnRecorder implements TurnRecorder {
  readonly #options: FileTurnRecorderOptions;
  readonly #memory: MemoryBudget;
  readonly #trouble: DiskTrouble;
  readonly #sweepTrouble: DiskTrouble;
  readonly #time: TrustedTime;
  /** Everything done on the disk, in order. */
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  #dropped = 0;
  /** On the disk, as far as known. */
  #bytes = 0;
  #timer: Timer | undefined;
  #isClosed = false;
  #isAbandoned = false;

  constructor(options: FileTurnRecorderOptions) {
    this.#options = options;
    this.#memory = new MemoryBudget(options.maxMemoryBytes ?? MAX_MEMORY_BYTES);
    this.#trouble = new DiskTrouble('The recording of turns', options.warn);
    this.#sweepTrouble = new DiskTrouble('Old recordings', options.warn, 'removed');
    this.#time = new TrustedTime(options.dir, options.clock);
    this.#sweepNow();
  }

  open(device: string, turn: number): TurnRecording {
    return new RecordedTurn({ device, turn }, this.#options.clock, this.#memory, (recorded, ended) =>
      this.#ended(recorded, ended),
    );
  }

  /** Writes what waits, for 2 s at most. Never rejects. Turns that end later are not recorded. */
  async close(): Promise<void> {
    const { clock } = this.#options;
    this.#isClosed = true;
    clock.clearTimer(this.#timer);
    let timer: Timer | undefined;
    const late = new Promise<void>((resolve) => {
      timer = clock.setTimer(resolve, CLOSE_MS);
    });
    await Promise.race([this.#work, late]);
    clock.clearTimer(timer);
    this.#isAbandoned = true;
    this.#tellDropped(this.#waiting);
  }

  #ended(turn: RecordedTurn, ended: TurnEnded): void {
    const { clock, warn } = this.#options;
    if (this.#isClosed || this.#waiting >= MAX_WAITING) {
      turn.free();
      if (this.#dropped === 0 && !this.#isClosed)
        warn('The disk is too slow for the recording of turns: some are dropped.');
      this.#dropped += 1;
      return;
    }
    this.#waiting += 1;
    const endedAt = clock.wallNow();
    this.#work = this.#work.then(() => this.#write(turn, ended, endedAt));
  }

  async #write(turn: RecordedTurn, ended: TurnEnded, endedAt: number): Promise<void> {
    const { dir, transcripts, maxBytes } = this.#options;
    try {
      if (this.#isAbandoned) return;
      this.#bytes += await writeTurn(turn, ended, { dir, transcripts, endedAt });
      this.#trouble.worked(dir);
      if (this.#bytes > maxBytes) await this.#sweep();
    } catch (error) {
      this.#trouble.failed(dir, error);
    } finally {
      turn.free();
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#tellDropped(0);
    }
  }

  #tellDropped(more: number): void {
    const dropped = this.#dropped + more;
    this.#dropped = 0;
    if (dropped > 0) this.#options.warn(`${dropped} turns were not recorded.`);
  }

  #sweepNow(): void {
    this.#work = this.#work.then(() => this.#sweep());
    this.#timer = this.#options.clock.setTimer(() => this.#sweepNow(), SWEEP_MS);
  }

  async #sweep(): Promise<void> {
    const { dir, maxBytes } = this.#options;
    if (this.#isAbandoned) return;
    try {
      await makeFolder(dir);
    } catch (error) {
      this.#trouble.failed(dir, error);
      return;
    }
    try {
      this.#bytes = await sweep(dir, this.#options, this.#time.now());
      await this.#time.save();
      this.#sweepTrouble.worked(dir);
    } catch (error) {
      this.#sweepTrouble.failed(dir, error);
      // Not tried again at every turn.
      this.#bytes = maxBytes * ROOM_AFTER_SWEEP;
    }
  }
}
