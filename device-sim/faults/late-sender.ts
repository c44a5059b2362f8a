import type { Clock, Random, Timer } from '#src/core/clock';

/** Hands messages on in order, but late: by chance, or because nothing passes for a while. */
export class LateSender<Message> {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #jitterMs: number;
  readonly #send: (message: Message) => void;
  #waiting: { readonly message: Message; readonly dueAt: number }[] = [];
  #timer: Timer | undefined;
  #held = false;

  /** @param jitterMs the most by which a message is late; 0 sends at once unless held */
  constructor(clock: Clock, random: Random, jitterMs: number, send: (message: Message) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#jitterMs = jitterMs;
    this.#send = send;
  }

  /** Messages that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  send(message: Message): void {
    if (this.#jitterMs === 0 && !this.#held && this.#waiting.length === 0) {
      this.#send(message);
      return;
    }
    this.#waiting.push({ message, dueAt: this.#clock.now() + this.#random() * this.#jitterMs });
    this.#flush();
  }

  /** Nothing passes until {@link release}. */
  hold(): void {
    this.#held = true;
  }

  /** What waits and is due passes at once. */
  release(): void {
    this.#held = false;
    this.#flush();
  }

  /** Forgets what waits. */
  stop(): void {
    this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  /** The first in the queue holds the others up, as a lost TCP segment does. */
  #flush(): void {
    this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
    if (this.#held) return;
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const leftMs = first.dueAt - this.#clock.now();
      if (leftMs > 0) {
        this.#timer = this.#clock.setTimer(() => this.#flush(), leftMs);
        return;
      }
      this.#waiting.shift();
      this.#send(first.message);
    }
  }
}
