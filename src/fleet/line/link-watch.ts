import type { Clock, Timer } from '../../core/clock.ts';
import type { KeepAlive } from '../../protocols/protocol.ts';
import type { LifeSign, Link } from '../../transport/link.ts';
import { Heartbeat } from './heartbeat.ts';
import { QueueDelay } from './queue-delay.ts';

/** Watches over one link: asks for signs of life when it is quiet, and ends it when none come. */
export class LinkWatch {
  readonly #link: Link;
  readonly #askForSign: () => void;
  readonly #clock: Clock;
  readonly #heartbeat: Heartbeat;
  readonly #delay = new QueueDelay();
  #timer: Timer | undefined;

  /** Begins at once. @param probe asks the other end for a sign of life */
  constructor(link: Link, probe: () => void, keepAlive: KeepAlive, clock: Clock) {
    this.#link = link;
    this.#askForSign = probe;
    this.#clock = clock;
    this.#heartbeat = new Heartbeat(keepAlive, clock.now());
    this.#check();
  }

  /** Round-trip time of the last answered probe, milliseconds; null when none ever was. */
  get rttMs(): number | null {
    return this.#heartbeat.rttMs;
  }

  /** How much of the audio sent waits on its way to the device, milliseconds, as far as answers to probes tell. */
  get waitingMs(): number {
    return this.#delay.waitingMs(this.#clock.now());
  }

  /** Audio is being sent: asks how late it arrives. On the 20 ms path. */
  sending(): void {
    const now = this.#clock.now();
    if (!this.#heartbeat.answers || !this.#delay.isDue(now)) return;
    this.#heartbeat.probed(now);
    this.#probe(now);
  }

  alive(sign: LifeSign): void {
    const now = this.#clock.now();
    if (sign === 'answered') {
      this.#heartbeat.answered(now);
      this.#delay.answered(now);
    } else this.#heartbeat.seen(now);
  }

  /** Asks no more, and ends nothing. */
  stop(): void {
    this.#clock.clearTimer(this.#timer);
  }

  #check(): void {
    const now = this.#clock.now();
    const { verdict, nextInMs } = this.#heartbeat.check(now);
    if (verdict === 'dead') {
      const message = 'nothing came from the device for too long, not even an answer to a ping';
      this.#link.close('lost', message, 'peer_dead');
      return;
    }
    if (verdict === 'probe') this.#probe(now);
    this.#timer = this.#clock.setTimer(() => this.#check(), nextInMs);
  }

  #probe(now: number): void {
    this.#delay.probed(now);
    this.#askForSign();
  }
}
