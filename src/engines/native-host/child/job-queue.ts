interface Job {
  readonly id: number;
  readonly run: () => Promise<void>;
}

/** What a queue is bounded by. */
export interface JobLimits {
  /** So many jobs may wait. */
  readonly maxWaiting: number;
  /**
   * A job that has begun cannot be stopped. So many that are not wanted any more may come to their end beside the next one; with
   * 0 the next one waits for them. Default: 0.
   */
  readonly mayLinger?: number;
}

/** Runs jobs one after another, in the order in which they came. */
export class JobQueue {
  readonly #maxWaiting: number;
  readonly #mayLinger: number;
  #waiting: Job[] = [];
  #current: Job | undefined;
  /** Jobs that run and are not wanted any more. */
  #lingering = 0;

  constructor({ maxWaiting, mayLinger = 0 }: JobLimits) {
    this.#maxWaiting = maxWaiting;
    this.#mayLinger = mayLinger;
  }

  /** False: too many wait already, and the job is not taken. `run` must not reject. */
  add(id: number, run: () => Promise<void>): boolean {
    if (!this.#isFree && this.#waiting.length >= this.#maxWaiting) return false;
    this.#waiting.push({ id, run });
    this.#next();
    return true;
  }

  /** The job is not wanted any more: one that waits never begins, one that runs gives its place to the next. */
  drop(id: number): void {
    this.#waiting = this.#waiting.filter((job) => job.id !== id);
    if (this.#current?.id !== id) return;
    this.#current = undefined;
    this.#lingering += 1;
    this.#next();
  }

  get #isFree(): boolean {
    return this.#current === undefined && this.#lingering <= this.#mayLinger;
  }

  #next(): void {
    if (!this.#isFree) return;
    const job = this.#waiting.shift();
    if (!job) return;
    this.#current = job;
    void job.run().then(() => {
      if (this.#current === job) this.#current = undefined;
      else this.#lingering -= 1;
      this.#next();
    });
  }
}
