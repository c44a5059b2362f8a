import { FRAME_MS } from '../../audio/rates.ts';

/** The most that is kept, frames of 20 ms: 30 s. */
const MAX_FRAMES = 1_500;

/**
 * What is said over an answer, for its recording: kept until it is known whose turn it is. Mono s16 at 16 kHz, frames of
 * 20 ms. Beyond 30 s the oldest frame is dropped.
 */
export class BargeInAudio {
  readonly #frames: Int16Array[] = [];

  /** Copies a frame. */
  push(frame: Int16Array): void {
    this.#frames.push(frame.slice());
    if (this.#frames.length > MAX_FRAMES) this.#frames.shift();
  }

  /** Hands out what is kept, oldest first, and forgets it. `agoMs`: how long ago a frame began. */
  drain(take: (frame: Int16Array, agoMs: number) => void): void {
    const frames = this.#frames.splice(0);
    for (const [index, frame] of frames.entries()) take(frame, (frames.length - index) * FRAME_MS);
  }
}
