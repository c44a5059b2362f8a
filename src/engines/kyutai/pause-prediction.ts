/** Which of the predicted pauses counts: the one of 2 s. */
const HEAD = 2;

/** The model has not heard enough before: so many steps of 80 ms. */
const WARM_UP_STEPS = 12;

/** The pause is believed above the first, and no longer below the second: it does not flicker between them. */
const BEGINS_ABOVE = 0.6;
const ENDS_BELOW = 0.4;

/** What the recogniser's model says of the user's pause: it hears from words and melody whether the user goes on. */
export class PausePrediction {
  #steps = 0;
  #isPause = false;

  /** Whether the user has finished, as the model sees it. */
  get isPause(): boolean {
    return this.#isPause;
  }

  /**
   * The model has processed 80 ms more.
   * @param prs how likely the user pauses for 0.5, 1, 2 and 3 s; empty for a model that does not predict it
   * @returns whether {@link isPause} has changed
   */
  step(prs: readonly number[]): boolean {
    this.#steps += 1;
    const likely = prs[HEAD];
    if (likely === undefined || this.#steps <= WARM_UP_STEPS) return false;
    const before = this.#isPause;
    this.#isPause = likely > (before ? ENDS_BELOW : BEGINS_ABOVE);
    return this.#isPause !== before;
  }
}
