import { setImmediate } from 'node:timers';

/** How long it works at a stretch before timers and sockets have their turn, milliseconds. */
const STRETCH_MS = 1;

/** What waited longer than this is not worth doing any more, if it can be left out, milliseconds. */
const STALE_MS = 1_000;

/** So much of a lane is done in a go: the state of its decoder is in the cache then, and no other lane waits for long. */
const AT_ONCE = 2;

/** How soon a lane has its turn: 0 first. */
export type Priority = 0 | 1 | 2;

/** What a scheduler needs of the world. */
export interface InboundSchedulerOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Calls once timers and sockets have had their turn. Default: setImmediate. */
  readonly soon?: (run: () => void) => void;
  /** Told after each stretch of work how long the oldest of it had waited, milliseconds. */
  readonly onWaited?: (ms: number) => void;
  /** Told of each piece of work that was left out. */
  readonly onShed?: () => void;
}

/** Something to be done. Neither function may throw. */
export interface Work {
  /** @param sinceMs since when it has waited, monotonic milliseconds */
  run(sinceMs: number): void;
  /** Called in its stead after a second of waiting: what cannot be done must not pile up. Without it, it is done whenever. */
  readonly shed?: (() => void) | undefined;
}

/** What waits for one device: done in its order. */
export class Lane {
  readonly #scheduler: InboundScheduler;
  readonly #priority: () => Priority;
  readonly #waiting: { readonly work: Work; readonly sinceMs: number }[] = [];

  /** Made by {@link InboundScheduler.lane}. */
  constructor(scheduler: InboundScheduler, priority: () => Priority) {
    this.#scheduler = scheduler;
    this.#priority = priority;
  }

  add(work: Work): void {
    const now = this.#scheduler.now();
    this.#shedStale(now);
    this.#waiting.push({ work, sinceMs: now });
    this.#scheduler.wants(this, this.priority);
  }

  /** What must be done never waits behind what may be left out. */
  get priority(): Priority {
    return this.#waiting.some(({ work }) => !work.shed) ? 0 : this.#priority();
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Does what has waited longest. Returns since when it had, monotonic milliseconds. */
  next(nowMs: number): number {
    const first = this.#waiting.shift();
    if (!first) return nowMs;
    const { work, sinceMs } = first;
    if (work.shed && nowMs - sinceMs > STALE_MS) this.#scheduler.shed(work);
    else work.run(sinceMs);
    return sinceMs;
  }

  /** Its turn may never come while there is more to do for others: nothing may pile up meanwhile. */
  #shedStale(nowMs: number): void {
    for (let first = this.#waiting[0]; first && nowMs - first.sinceMs > STALE_MS; first = this.#waiting[0]) {
      if (!first.work.shed) return;
      this.#waiting.shift();
      this.#scheduler.shed(first.work);
    }
  }
}

/**
 * What devices say, as far as it waits: a lane each. It is done a little at a time, so that what must be on time (the next
 * frame of an answer, a timer of a turn) never waits for a hundred microphones to be decoded, and in the order in which
 * it is urgent: when there is more than can be done, the least urgent is left out.
 */
export class InboundScheduler {
  readonly now: () => number;
  readonly #options: InboundSchedulerOptions;
  readonly #soon: (run: () => void) => void;
  /** Lanes that wait for their turn, by priority. A lane is in one of them at most. */
  readonly #lanes: readonly [Set<Lane>, Set<Lane>, Set<Lane>] = [new Set(), new Set(), new Set()];
  #scheduled = false;
  #working = false;

  constructor(options: InboundSchedulerOptions) {
    this.now = options.now;
    this.#options = options;
    this.#soon = options.soon ?? setImmediate;
  }

  /** @param priority asked whenever something is added, or the lane has had its turn */
  lane(priority: () => Priority): Lane {
    return new Lane(this, priority);
  }

  /** A lane has something to do; it keeps its place unless that has become more or less urgent. */
  wants(lane: Lane, priority: Priority): void {
    for (const lanes of this.#lanes) if (lanes !== this.#lanes[priority]) lanes.delete(lane);
    this.#lanes[priority].add(lane);
    if (!this.#working) this.#schedule();
  }

  /** To be called by lanes. */
  shed(work: Work): void {
    this.#options.onShed?.();
    work.shed?.();
  }

  #work(): void {
    this.#scheduled = false;
    this.#working = true;
    try {
      this.#stretch();
    } finally {
      this.#working = false;
      if (this.#lanes.some(({ size }) => size > 0)) this.#schedule();
    }
  }

  #stretch(): void {
    const startMs = this.now();
    let oldestMs = startMs;
    for (let now = startMs; now - startMs < STRETCH_MS; now = this.now()) {
      const lane = this.#first();
      if (!lane) break;
      for (let done = 0; done < AT_ONCE && !lane.isEmpty; done++) oldestMs = Math.min(oldestMs, lane.next(now));
      if (!lane.isEmpty) this.wants(lane, lane.priority);
    }
    this.#options.onWaited?.(startMs - oldestMs);
  }

  #first(): Lane | undefined {
    for (const lanes of this.#lanes) {
      for (const lane of lanes) {
        lanes.delete(lane);
        return lane;
      }
    }
    return undefined;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#soon(() => this.#work());
  }
}
