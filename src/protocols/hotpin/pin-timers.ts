import type { Clock, Timer } from '../../core/clock.ts';
import type { PinTimer } from './pin-machine.ts';

/** When one of these is over, there may be more to wait for: audio that was held up, or a chunk that was announced meanwhile. */
const MAY_GO_ON: readonly PinTimer[] = ['played', 'last'];

/** The timers that the machine of a pin asks for: one of each kind. */
export class PinTimers {
  readonly #clock: Clock;
  readonly #waitMs: (timer: PinTimer) => number;
  readonly #due: (timer: PinTimer) => void;
  readonly #timers = new Map<PinTimer, Timer>();

  /** @param waitMs how long each takes, asked when it starts; asked again when it is over, it may say that there is more to wait for */
  constructor(clock: Clock, waitMs: (timer: PinTimer) => number, due: (timer: PinTimer) => void) {
    this.#clock = clock;
    this.#waitMs = waitMs;
    this.#due = due;
  }

  start(timer: PinTimer): void {
    this.stop(timer);
    const over = () => {
      this.#timers.delete(timer);
      if (MAY_GO_ON.includes(timer) && this.#waitMs(timer) > 0) this.start(timer);
      else this.#due(timer);
    };
    this.#timers.set(timer, this.#clock.setTimer(over, this.#waitMs(timer)));
  }

  stop(timer: PinTimer): void {
    this.#clock.clearTimer(this.#timers.get(timer));
    this.#timers.delete(timer);
  }

  close(): void {
    for (const timer of this.#timers.values()) this.#clock.clearTimer(timer);
    this.#timers.clear();
  }
}
