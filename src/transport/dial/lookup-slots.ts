/** `proven`: resolved last time. `failing`: did not. `new`: was never looked up. */
type Standing = 'proven' | 'new' | 'failing';

/** Which look-up goes first. */
const ORDER: readonly Standing[] = ['proven', 'new', 'failing'];

/** Names whose standing is remembered; as many as devices.json may have. */
const MAX_REMEMBERED = 10_000;

/** What a look-up does with its slot: it must call `done` once, whatever comes of it. */
export type LookupJob = (done: (resolved: boolean) => void) => void;

/**
 * How many look-ups Node really runs at once. It gives them half of its thread pool, so that files stay readable
 * (measured on Node 20: 2 of 4 threads); more than that would only wait where their order cannot be chosen.
 * @param poolSize `UV_THREADPOOL_SIZE`, as it stands in the environment
 */
export function lookupLimit(poolSize: string | undefined): number {
  const threads = Number(poolSize);
  return Math.min(4, Math.floor(((threads >= 1 ? threads : 4) + 1) / 2));
}

/**
 * Hands out the slots for look-ups. A dead name holds its slot for seconds (about 5 for a `.local` one), so names that
 * resolved last time go first, and names that did not have at most half of the slots: a fleet of dead names does not
 * keep the live ones waiting.
 */
export class LookupSlots {
  readonly #slots: number;
  readonly #maxWaiting: number;
  readonly #waiting: Readonly<Record<Standing, Map<string, LookupJob>>> = {
    proven: new Map(),
    new: new Map(),
    failing: new Map(),
  };
  readonly #resolvedLast = new Map<string, boolean>();
  #running = 0;
  #runningFailing = 0;

  /** @param maxWaiting names that may wait; a further one is turned away */
  constructor(slots: number, maxWaiting: number) {
    this.#slots = slots;
    this.#maxWaiting = maxWaiting;
  }

  /** Starts the job as soon as there is a slot. A name may be here once. @returns false when too many wait */
  request(name: string, job: LookupJob): boolean {
    const waiting = ORDER.reduce((sum, standing) => sum + this.#waiting[standing].size, 0);
    if (waiting >= this.#maxWaiting) return false;
    this.#waiting[this.#standingOf(name)].set(name, job);
    this.#fill();
    return true;
  }

  /** This name is not wanted any more. @returns false when it does not wait but runs, or is not here */
  cancel(name: string): boolean {
    return ORDER.some((standing) => this.#waiting[standing].delete(name));
  }

  #standingOf(name: string): Standing {
    const resolved = this.#resolvedLast.get(name);
    return resolved === undefined ? 'new' : resolved ? 'proven' : 'failing';
  }

  #fill(): void {
    while (this.#running < this.#slots) {
      const hasRoom = this.#runningFailing < Math.max(1, Math.floor(this.#slots / 2));
      const standing = ORDER.find((one) => this.#waiting[one].size > 0 && (one !== 'failing' || hasRoom));
      const [next] = standing ? this.#waiting[standing] : [];
      if (!standing || !next) return;
      const [name, job] = next;
      this.#waiting[standing].delete(name);
      this.#start(name, job, standing === 'failing' ? 1 : 0);
    }
  }

  #start(name: string, job: LookupJob, failing: 0 | 1): void {
    this.#running++;
    this.#runningFailing += failing;
    job((resolved) => {
      this.#running--;
      this.#runningFailing -= failing;
      this.#remember(name, resolved);
      this.#fill();
    });
  }

  #remember(name: string, resolved: boolean): void {
    this.#resolvedLast.delete(name);
    this.#resolvedLast.set(name, resolved);
    if (this.#resolvedLast.size <= MAX_REMEMBERED) return;
    const [oldest] = this.#resolvedLast.keys();
    if (oldest !== undefined) this.#resolvedLast.delete(oldest);
  }
}
