import type { Clock } from '../core/clock.ts';
import type { DialtoneEvent, EventReport } from './events.ts';

/** Called synchronously for every event. Keep it short, or queue with a bound. */
export type EventSubscriber = (event: DialtoneEvent) => void;

/** The one place where everything that happens is reported. Subscribers cannot stop it or each other. */
export class EventBus {
  readonly #clock: Clock;
  readonly #subscribers = new Set<EventSubscriber>();
  readonly #onSubscriberError: (error: unknown) => void;

  constructor(clock: Clock, onSubscriberError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onSubscriberError = onSubscriberError;
  }

  report(report: EventReport): void {
    const event = { ...report, at: this.#clock.wallNow() } as DialtoneEvent;
    for (const subscriber of this.#subscribers) {
      try {
        subscriber(event);
      } catch (error) {
        this.#onSubscriberError(error);
      }
    }
  }

  /** Subscribes; the returned function takes it back. */
  subscribe(subscriber: EventSubscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }
}
