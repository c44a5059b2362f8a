import type { Clock, Timer } from '../../core/clock.ts';
import type { IfTaken } from '../../protocols/protocol.ts';
import type { Link } from '../../transport/link.ts';

/** So long the old link of a device may take to give a sign of life, milliseconds: firmware that blinks answers late. */
const CONTEST_MS = 3_000;

/**
 * A device that has a link opens another one. Its firmware does that when it has lost the old one, of which this end may not know
 * yet; but another device with the same token does it, too. The old link is asked: alive, it stays, and the new one is refused.
 */
export class LinkContest {
  readonly #clock: Clock;
  readonly #settle: (generation: number, ifTaken: 'supersede' | 'refuse') => void;
  #waiting: number[] = [];
  #timer: Timer | undefined;

  /** @param settle says what becomes of the new link */
  constructor(clock: Clock, settle: (generation: number, ifTaken: 'supersede' | 'refuse') => void) {
    this.#clock = clock;
    this.#settle = settle;
  }

  /**
   * A device has opened a link. @param old that it has already; undefined: none @param ifTaken what its protocol wants
   */
  arrived(
    generation: number,
    link: Link,
    { old, ifTaken }: { readonly old: Link | undefined; readonly ifTaken: IfTaken },
  ): void {
    if (ifTaken !== 'refuse_if_alive' || !old) {
      this.#settle(generation, ifTaken === 'refuse' ? 'refuse' : 'supersede');
      return;
    }
    // What it says meanwhile is not lost.
    link.pause();
    this.#waiting.push(generation);
    if (this.#waiting.length > 1) return;
    this.#timer = this.#clock.setTimer(() => this.#end('supersede'), CONTEST_MS);
    old.probe();
  }

  /** The old link lives. */
  alive(): void {
    this.#end('refuse');
  }

  /** The old link is gone. */
  gone(): void {
    this.#end('supersede');
  }

  #end(ifTaken: 'supersede' | 'refuse'): void {
    if (this.#waiting.length === 0) return;
    this.#clock.clearTimer(this.#timer);
    for (const generation of this.#waiting.splice(0)) this.#settle(generation, ifTaken);
  }
}
