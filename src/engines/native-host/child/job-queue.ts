interface Job {
  readonly id: number;
  readonly run: () => Promise<void>;
}

/** Runs jobs one after another, in the order in which they came; so many may wait. */
export class JobQueue {
  readonly #maxWaiting: number;
  #waiting: Job[] = [];
  #busy = false;

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  /** False: too many wait already, and the job is not taken. `run` must not reject. */
  add(id: number, run: () => Promise<void>): boolean {
    if (this.#busy && this.#waiting.length >= this.#maxWaiting) return false;
    this.#waiting.push({ id, run });
    if (!this.#busy) void this.#work();
    return true;
  }

  /** Takes a job that has not begun out of the line. */
  drop(id: number): void {
    this.#waiting = this.#waiting.filter((job) => job.id !== id);
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) await job.run();
    this.#busy = false;
  }
}
