/** How long one frame may be worked on, milliseconds: the rest of 50 is the browser's, for layout and paint. */
const BUDGET_MS = 8;

/**
 * Work for the next frames: each key once, however often it was asked for, and no more in one frame than fits. In a hidden tab no
 * frame comes, and the work waits.
 */
export class FrameQueue {
  /** @type {Map<string, () => void>} */
  #jobs = new Map();
  #isAsked = false;

  /**
   * @param {string} key
   * @param {() => void} job
   */
  add(key, job) {
    if (!this.#jobs.has(key)) this.#jobs.set(key, job);
    this.#ask();
  }

  #ask() {
    if (this.#isAsked) return;
    this.#isAsked = true;
    requestAnimationFrame(() => this.#work());
  }

  #work() {
    this.#isAsked = false;
    const end = performance.now() + BUDGET_MS;
    for (const [key, job] of this.#jobs) {
      this.#jobs.delete(key);
      job();
      if (performance.now() >= end) break;
    }
    if (this.#jobs.size > 0) this.#ask();
  }
}
