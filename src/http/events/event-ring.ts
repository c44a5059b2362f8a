import type { DialtoneEvent } from '../../telemetry/events.ts';
import { type Audience, toEventData } from './event-dto.ts';

/** So many events are kept for clients that come back. */
const KEPT = 500;

/** An event and its number; its text is made when the first client needs it, and once. */
export class NumberedEvent {
  readonly id: string;
  readonly #event: DialtoneEvent;
  readonly #texts: Partial<Record<Audience, Buffer>> = {};

  constructor(id: string, event: DialtoneEvent) {
    this.id = id;
    this.#event = event;
  }

  /** As it goes over the wire. */
  text(audience: Audience): Buffer {
    this.#texts[audience] ??= formatEvent(this.id, this.#event.type, toEventData(this.#event, audience));
    return this.#texts[audience];
  }
}

/** An event of `text/event-stream`. JSON holds no line breaks, so `data` is one line. */
export function formatEvent(id: string, type: string, data: object): Buffer {
  return Buffer.from(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** The newest events, numbered. Numbers of another life of the process are told apart by its boot id. */
export class EventRing {
  readonly #bootId: string;
  readonly #events: (NumberedEvent | undefined)[] = new Array(KEPT).fill(undefined);
  #last = 0;

  /** @param bootId letters and digits that no other life of the process has */
  constructor(bootId: string) {
    this.#bootId = bootId;
  }

  /** Id of the newest event, or of the beginning. */
  get lastId(): string {
    return `${this.#bootId}-${this.#last}`;
  }

  /** Takes an event in; the oldest one goes. */
  add(event: DialtoneEvent): NumberedEvent {
    this.#last += 1;
    const numbered = new NumberedEvent(this.lastId, event);
    this.#events[this.#last % KEPT] = numbered;
    return numbered;
  }

  /** What came after the event with this id, oldest first; undefined when the id is not ours or some are gone. */
  after(id: string): NumberedEvent[] | undefined {
    const [, bootId, digits] = /^([a-z0-9]+)-(\d{1,15})$/.exec(id) ?? [];
    const from = Number(digits);
    if (bootId !== this.#bootId || from > this.#last || from < this.#last - KEPT) return undefined;
    const missed: NumberedEvent[] = [];
    for (let number = from + 1; number <= this.#last; number++) {
      const event = this.#events[number % KEPT];
      if (event) missed.push(event);
    }
    return missed;
  }
}
