/** A gap shorter than this lies between words, not between thoughts, milliseconds. */
const SHORTEST_MS = 200;

/** How much a new pause counts against those before it. */
const WEIGHT = 0.4;

/** A speaker's next pause may be this much longer than the usual one. */
const MARGIN = 1.25;

/** What is left of the usual pause after an utterance in which nothing came near it. */
const LEFT_BY_FLUENT = 0.4;

/** A pause at least this share of the usual one shows that the speaker still pauses like that. */
const NEAR = 0.5;

/** In this time what was learned halves, whether anything is said or not, milliseconds. */
const HALF_LIFE_MS = 60_000;

/**
 * Remembers how long a speaker pauses amid an utterance, so that one who thinks slowly is not cut off. It forgets quickly:
 * another speaker, or the same one in a hurry, must not wait for it.
 */
export class PauseEstimate {
  readonly #now: () => number;
  #usualMs = 0;
  #asOfMs = 0;

  /** @param now monotonic milliseconds; default: time stands still */
  constructor(now: () => number = () => 0) {
    this.#now = now;
  }

  /** Silence after which this speaker has most likely finished, milliseconds; 0 while nothing is known. */
  get expectedMs(): number {
    return this.#faded() * MARGIN;
  }

  /** The speaker went on after so much silence. */
  paused(silenceMs: number): void {
    if (silenceMs < SHORTEST_MS) return;
    const usualMs = this.#faded();
    this.#set(usualMs < SHORTEST_MS ? silenceMs : usualMs + WEIGHT * (silenceMs - usualMs));
  }

  /** An utterance has ended. @param longestPauseMs the longest silence amid it */
  ended(longestPauseMs: number): void {
    const usualMs = this.#faded();
    if (longestPauseMs < usualMs * NEAR) this.#set(usualMs * LEFT_BY_FLUENT);
  }

  #faded(): number {
    return this.#usualMs * 0.5 ** ((this.#now() - this.#asOfMs) / HALF_LIFE_MS);
  }

  #set(usualMs: number): void {
    this.#usualMs = usualMs;
    this.#asOfMs = this.#now();
  }
}
