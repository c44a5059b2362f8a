import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/** A value that must not be printed: every way of turning it into text yields `[redacted]`. Only `reveal()` tells. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, to hand to the code that needs it; never to a log, an error or a status. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
