import type { Clock, Timer } from '../../core/clock.ts';
import type { KeepAlive } from '../../protocols/protocol.ts';
import type { LifeSign, Link } from '../../transport/link.ts';
import { Heartbeat } from './heartbeat.ts';

/** Watches over one link: asks for signs of life when it is quiet, and ends it when none come. */
export class LinkWatch {
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #heartbeat: Heartbeat;
  #timer: Timer | undefined;

  /** Begins at once. */
  constructor(link: Link, keepAlive: KeepAlive, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
    this.#heartbeat = new Heartbeat(keepAlive, clock.now());
    this.#check();
  }

  /** Round-trip time of the last answered probe, milliseconds; null when none ever was. */
  get rttMs(): number | null {
    return this.#heartbeat.rttMs;
  }

  alive(sign: LifeSign): void {
    if (sign === 'answered') this.#heartbeat.answered(this.#clock.now());
    else this.#heartbeat.seen(this.#clock.now());
  }

  /** Asks no more, and ends nothing. */
  stop(): void {
    this.#clock.clearTimer(this.#timer);
  }

  #check(): void {
    const { verdict, nextInMs } = this.#heartbeat.check(this.#clock.now());
    if (verdict === 'dead') {
      const message = 'nothing came from the device for too long, not even an answer to a ping';
      this.#link.close('lost', message, 'peer_dead');
      return;
    }
    if (verdict === 'probe') this.#link.probe();
    this.#timer = this.#clock.setTimer(() => this.#check(), nextInMs);
  }
}
