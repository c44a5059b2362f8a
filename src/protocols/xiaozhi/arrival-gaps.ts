/** What arrives so much too late may still come: Wi-Fi that saves power holds packets back for 300 ms. Milliseconds. */
const LATEST_MS = 400;

/** So much silence is told at most behind the last packet, milliseconds: what is being said is over by then. */
const LONGEST_MS = 5_000;

/**
 * Tells how much silence a device has left out: its encoder sends nothing while it is quiet (DTX), and packets carry no time
 * of their own. A gap counts as silence once it is longer than what the network may hold back. Pure but for its own memory.
 * Times are monotonic milliseconds.
 */
export class ArrivalGaps {
  /** Up to when what was heard is told; undefined: nothing yet. */
  #toldUntilMs: number | undefined;
  #filledMs = 0;

  /** A packet has come. @returns milliseconds of silence before it */
  arrived(durationMs: number, nowMs: number): number {
    const beganMs = nowMs - durationMs;
    const missingMs = this.due(beganMs);
    // Behind the longest silence everything begins anew.
    const toldUntilMs = this.#filledMs < LONGEST_MS ? (this.#toldUntilMs ?? beganMs) : beganMs;
    // What comes in one burst was said before: it is no credit for a gap to come.
    this.#toldUntilMs = Math.min(toldUntilMs + durationMs, nowMs);
    this.#filledMs = 0;
    return missingMs;
  }

  /** Milliseconds of silence to be told now: 0 while a packet may still come. They count as told. */
  due(nowMs: number): number {
    if (this.#toldUntilMs === undefined) return 0;
    const gapMs = nowMs - this.#toldUntilMs;
    const isOver = this.#filledMs > 0 || gapMs >= LATEST_MS;
    if (!isOver || gapMs <= 0 || this.#filledMs >= LONGEST_MS) return 0;
    const dueMs = Math.min(gapMs, LONGEST_MS - this.#filledMs);
    this.#toldUntilMs = nowMs;
    this.#filledMs += dueMs;
    return dueMs;
  }

  /** Whether silence may still become due before the next packet. */
  get isWaiting(): boolean {
    return this.#toldUntilMs !== undefined && this.#filledMs < LONGEST_MS;
  }

  /** The microphone is closed: nothing is missing until the next packet. */
  closed(): void {
    this.#toldUntilMs = undefined;
    this.#filledMs = 0;
  }
}
