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

/**
 * The audio of one answer between the playout and the device: held back until the device is ready, then sent no further ahead of
 * its loudspeaker than it has room for.
 */
export class AnswerAudio {
  readonly #options: AnswerAudioOptions;
  #held: Int16Array[] = [];
  #isPlaying = false;
  #timer: Timer | undefined;
  /** When the device will have played everything sent, monotonic milliseconds. */
  #playedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: AnswerAudioOptions) {
    this.#options = options;
  }

  /** Milliseconds of audio that are held back from a device which plays: it is that late. */
  get waitingMs(): number {
    return this.#isPlaying ? this.#held.length * this.#options.frameMs : 0;
  }

  /** Milliseconds until the device will have played everything. */
  get leftMs(): number {
    const { clock, frameMs } = this.#options;
    return Math.max(0, this.#playedAtMs - clock.now()) + this.#held.length * frameMs;
  }

  /** One frame more. @param frame overwritten by its owner afterwards */
  add(frame: Int16Array): void {
    if (this.#isPlaying && this.#held.length === 0) this.#send(frame);
    else this.#held.push(frame.slice());
  }

  /** The device is ready. */
  play(): void {
    this.#isPlaying = true;
    this.#sendDue();
  }

  /** Everything that is held back, as one piece; it is held no more. */
  take(): Int16Array {
    const samples = new Int16Array(this.#held.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const frame of this.#held) {
      samples.set(frame, at);
      at += frame.length;
    }
    this.drop();
    return samples;
  }

  /** The answer is over, or not wanted any more. */
  drop(): void {
    this.#options.clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#held = [];
    this.#isPlaying = false;
    this.#playedAtMs = Number.NEGATIVE_INFINITY;
  }

  #sendDue(): void {
    const { clock, frameMs, aheadMs } = this.#options;
    this.#timer = undefined;
    while (this.#held.length > 0) {
      const waitMs = this.#playedAtMs + frameMs - aheadMs - clock.now();
      if (waitMs > 0) {
        this.#timer = clock.setTimer(() => this.#sendDue(), waitMs);
        return;
      }
      const frame = this.#held.shift();
      if (frame) this.#send(frame);
    }
  }

  #send(frame: Int16Array): void {
    const { clock, frameMs, send } = this.#options;
    this.#playedAtMs = Math.max(this.#playedAtMs, clock.now()) + frameMs;
    send(frame);
  }
}
