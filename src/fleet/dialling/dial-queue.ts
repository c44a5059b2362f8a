import type { Clock, Timer } from '../../core/clock.ts';
import type { DialPriority } from './dial-machine.ts';

/** First to last. */
const ORDER: readonly DialPriority[] = ['manual', 'recently_up', 'new', 'dead'];

/** One slot in so many is kept for devices that a user waits for: dialled by hand, or up a short time ago. */
const RESERVED_PART = 8;

/** How many may dial at once, and how many may begin in a second. */
export interface DialLimits {
  readonly atOnce: number;
  readonly perSecond: number;
}

interface Wish {
  readonly key: string;
  readonly priority: DialPriority;
  readonly grant: () => void;
}

/** Gives out the right to dial, so many at once and so many a second, first to devices that a user waits for. */
export class DialQueue {
  readonly #clock: Clock;
  readonly #limits: () => DialLimits;
  readonly #waiting: Readonly<Record<DialPriority, Map<string, Wish>>> = {
    manual: new Map(),
    recently_up: new Map(),
    new: new Map(),
    dead: new Map(),
  };
  readonly #dialling = new Set<string>();
  /** The earliest time of the next dial that was not asked for by hand. */
  #nextAtMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  /** @param limits asked anew each time: a fleet grows and shrinks */
  constructor(clock: Clock, limits: () => DialLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Asks for a slot: `grant` is called once, now or later. A second wish under the same key replaces the first. */
  request(key: string, priority: DialPriority, grant: () => void): void {
    this.#forget(key);
    this.#waiting[priority].set(key, { key, priority, grant });
    this.#serve();
  }

  /** Gives back the slot, or the place in the queue. */
  release(key: string): void {
    this.#forget(key);
    this.#dialling.delete(key);
    this.#serve();
  }

  #forget(key: string): void {
    for (const priority of ORDER) this.#waiting[priority].delete(key);
  }

  #serve(): void {
    for (let wish = this.#next(); wish; wish = this.#next()) {
      if (wish.priority !== 'manual' && !this.#mayBegin()) return;
      this.#forget(wish.key);
      this.#dialling.add(wish.key);
      wish.grant();
    }
  }

  /** The first wish that there is a slot for. */
  #next(): Wish | undefined {
    const { atOnce } = this.#limits();
    const reserved = Math.ceil(atOnce / RESERVED_PART);
    for (const priority of ORDER) {
      const awaited = priority === 'manual' || priority === 'recently_up';
      if (this.#dialling.size >= (awaited ? atOnce : atOnce - reserved)) continue;
      const wish = this.#waiting[priority].values().next().value;
      if (wish) return wish;
    }
    return undefined;
  }

  /** Keeps the rate: says whether a dial may begin now, and sees to it that it is tried again when not. */
  #mayBegin(): boolean {
    const now = this.#clock.now();
    if (now >= this.#nextAtMs) {
      // Timers are coarse: what was missed since the last one is made up for, up to a tenth of a second's worth.
      this.#nextAtMs = Math.max(this.#nextAtMs, now - 100) + 1000 / this.#limits().perSecond;
      return true;
    }
    this.#timer ??= this.#clock.setTimer(() => {
      this.#timer = undefined;
      this.#serve();
    }, this.#nextAtMs - now);
    return false;
  }
}

/**
 * Limits for a fleet of so many devices: few enough for an access point, enough that dead ones, which hold a slot for
 * 10 s, do not starve live ones; a start-up is spread over 10 s at most.
 */
export function dialLimits(devices: number): DialLimits {
  return { atOnce: Math.min(Math.max(Math.ceil(devices / 8), 16), 128), perSecond: Math.max(50, devices / 10) };
}
