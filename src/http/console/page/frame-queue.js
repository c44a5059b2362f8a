/** How long one frame may be worked on, milliseconds: the rest of 50 is the browser's, for layout and paint. */
const BUDGET_MS = 8;

/** New work waits until the last frame with work was so long ago, milliseconds: a frame costs layout and paint, however little changes. */
const PAUSE_MS = 100;

/**
 * Work for the next frames: each key once, however often it was asked for, and no more in one frame than fits. In a hidden tab no
 * frame comes, and the work waits.
 */
export class FrameQueue {
  /** @type {Map<string, () => void>} */
  #jobs = new Map();
  #isAsked = false;
  #workedAt = -Infinity;

  /**
   * @param {string} key
   * @param {() => void} job
   */
  add(key, job) {
    if (!this.#jobs.has(key)) this.#jobs.set(key, job);
    this.#ask(this.#workedAt + PAUSE_MS - performance.now());
  }

  /** @param {number} waitMs */
  #ask(waitMs) {
    if (this.#isAsked) return;
    this.#isAsked = true;
    const ask = () => requestAnimationFrame(() => this.#work());
    if (waitMs > 0) setTimeout(ask, waitMs);
    else ask();
  }

  #work() {
    this.#isAsked = false;
    this.#workedAt = performance.now();
    const end = this.#workedAt + BUDGET_MS;
    for (const [key, job] of this.#jobs) {
      this.#jobs.delete(key);
      job();
      if (performance.now() >= end) break;
    }
    if (this.#jobs.size > 0) this.#ask(0);
  }
}
