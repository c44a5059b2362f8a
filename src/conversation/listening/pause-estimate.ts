/** A gap shorter than this lies between words, not between thoughts, milliseconds. */
const SHORTEST_MS = 200;

/** How much a new pause counts against those before it. */
const WEIGHT = 0.4;

/** A speaker's next pause may be this much longer than the usual one. */
const MARGIN = 1.25;

/** Remembers how long a speaker pauses amid an utterance, so that one who thinks slowly is not cut off. */
export class PauseEstimate {
  #usualMs = 0;

  /** Silence after which this speaker has most likely finished, milliseconds; 0 while nothing is known. */
  get expectedMs(): number {
    return this.#usualMs * MARGIN;
  }

  /** The speaker went on after so much silence. */
  paused(silenceMs: number): void {
    if (silenceMs < SHORTEST_MS) return;
    this.#usualMs = this.#usualMs === 0 ? silenceMs : this.#usualMs + WEIGHT * (silenceMs - this.#usualMs);
  }
}
