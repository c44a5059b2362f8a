import type { Clock, Timer } from '../../core/clock.ts';
import { stalled } from './download-error.ts';

/** Ends a request whose server has gone silent, and one that is not wanted any more. */
export class StallWatch {
  /** For the request. */
  readonly signal: AbortSignal;
  readonly #clock: Clock;
  readonly #stallMs: number;
  readonly #unwanted: AbortSignal;
  readonly #stall = new AbortController();
  #timer: Timer | undefined;
  #received = 0;

  constructor({ clock, signal, limits }: { clock: Clock; signal: AbortSignal; limits: { readonly stallMs: number } }) {
    this.#clock = clock;
    this.#stallMs = limits.stallMs;
    this.#unwanted = signal;
    this.signal = AbortSignal.any([signal, this.#stall.signal]);
    this.heard(0);
  }

  /** The server has sent something. @param received what there is of the file now, bytes */
  heard(received: number): void {
    this.#received = received;
    this.end();
    this.#timer = this.#clock.setTimer(() => this.#stall.abort(), this.#stallMs);
  }

  /** To be called when the request is over, however it ended. */
  end(): void {
    this.#clock.clearTimer(this.#timer);
  }

  /** Throws the reason for which the request was ended, if it was from here. */
  throwIfEnded(url: URL): void {
    this.#unwanted.throwIfAborted();
    if (this.#stall.signal.aborted) throw stalled(url, this.#stallMs, this.#received);
  }
}
