import type { Clock, Timer } from '../../core/clock.ts';

/** What the audio of an answer needs. */
export interface AnswerAudioOptions {
  readonly clock: Clock;
  /** Length of a frame, milliseconds. */
  readonly frameMs: number;
  /** How far audio may run ahead of the loudspeaker, milliseconds. */
  readonly aheadMs: number;
  /** Sends one frame. */
  readonly send: (frame: Int16Array) => void;
}

/** Of a longer answer the beginning is not kept, milliseconds: it cannot be downloaded as a whole. */
const KEPT_MS = 300_000;

/**
 * The audio of one answer between the playout and the device: held back until the device is ready, then sent no further ahead of
 * its loudspeaker than it has room for.
 */
export class AnswerAudio {
  readonly #options: AnswerAudioOptions;
  /** All of the answer, as far as it has come. */
  #frames: Int16Array[] = [];
  /** The first of them that the device has not been sent. */
  #next = 0;
  #isPlaying = false;
  #timer: Timer | undefined;
  /** When the device will have played everything sent, monotonic milliseconds. */
  #playedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: AnswerAudioOptions) {
    this.#options = options;
  }

  /** Milliseconds of audio that are held back from a device which plays: it is that late. */
  get waitingMs(): number {
    return this.#isPlaying ? this.#heldMs : 0;
  }

  /** All of the answer, as far as it has come, sent or not. */
  get frames(): readonly Int16Array[] {
    return this.#frames;
  }

  /** Milliseconds until the device will have played everything. */
  get leftMs(): number {
    return Math.max(0, this.#playedAtMs - this.#options.clock.now()) + this.#heldMs;
  }

  /** One frame more. @param frame overwritten by its owner afterwards */
  add(frame: Int16Array): void {
    const isDue = this.#isPlaying && this.#heldMs === 0;
    if (this.#frames.length * this.#options.frameMs >= KEPT_MS) {
      this.#frames.shift();
      this.#next = Math.max(0, this.#next - 1);
    }
    this.#frames.push(frame.slice());
    if (isDue) this.#sendNext();
  }

  /** The device is ready. */
  play(): void {
    this.#isPlaying = true;
    this.#sendDue();
  }

  /** The answer is over, or not wanted any more. */
  drop(): void {
    this.#options.clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#frames = [];
    this.#next = 0;
    this.#isPlaying = false;
    this.#playedAtMs = Number.NEGATIVE_INFINITY;
  }

  #sendDue(): void {
    const { clock, frameMs, aheadMs } = this.#options;
    this.#timer = undefined;
    while (this.#heldMs > 0) {
      const waitMs = this.#playedAtMs + frameMs - aheadMs - clock.now();
      if (waitMs > 0) {
        this.#timer = clock.setTimer(() => this.#sendDue(), waitMs);
        return;
      }
      this.#sendNext();
    }
  }

  get #heldMs(): number {
    return (this.#frames.length - this.#next) * this.#options.frameMs;
  }

  #sendNext(): void {
    const { clock, frameMs, send } = this.#options;
    const frame = this.#frames[this.#next];
    if (!frame) return;
    this.#next += 1;
    this.#playedAtMs = Math.max(this.#playedAtMs, clock.now()) + frameMs;
    send(frame);
  }
}
