import type { Log } from './log.ts';

/** The stable `event` names of what fails and works again. */
export interface FailureEvents {
  readonly failed: string;
  readonly recovered: string;
}

/** Writes of what is tried again and again: its first failure at warn, further ones at debug, that it works again at info. */
export class FailureLines {
  readonly #log: Log;
  readonly #events: FailureEvents;
  /** Failures since it last worked, by what fails; only of what does. */
  readonly #failures = new Map<string, number>();

  constructor(log: Log, events: FailureEvents) {
    this.#log = log;
    this.#events = events;
  }

  /** @param key what fails, among those that do so each by itself */
  failed(key: string, fields: Readonly<Record<string, unknown>>, text: string): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const line = { event: this.#events.failed, ...fields };
    if (failures === 1) this.#log.warn(line, text);
    else this.#log.debug({ ...line, failures }, text);
  }

  /** It worked. Nothing is written unless it had failed before. */
  worked(key: string, fields: Readonly<Record<string, unknown>>, text: string): void {
    const failures = this.#failures.get(key);
    if (failures === undefined) return;
    this.#failures.delete(key);
    this.#log.info({ event: this.#events.recovered, ...fields, failures }, text);
  }
}
