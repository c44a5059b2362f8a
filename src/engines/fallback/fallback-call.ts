import type { Engine, EngineCall } from '../engine-call.ts';
import type { Attempt, Member } from './attempt.ts';
import type { EngineList } from './engine-list.ts';
import { Relay } from './relay.ts';

/** What an engine makes of one call. */
type Call<Item, Capabilities> = AsyncIterable<Item> & EngineCall<Capabilities>;

/** What a call of a list is made with. */
export interface FallbackCallOptions<E extends Engine, Item, Capabilities> {
  readonly list: EngineList<E>;
  /** The caller's. */
  readonly signal: AbortSignal;
  /** Has an engine make the call; nothing may happen before its first item is asked for. */
  readonly call: (attempt: Attempt<E>) => Call<Item, Capabilities>;
  /** What the caller's own input has thrown, which no other engine can mend. Default: it throws nothing. */
  readonly inputError?: () => { readonly cause: unknown } | undefined;
  /** The call is over. */
  readonly onEnd?: () => void;
}

interface Made<E extends Engine, Item, Capabilities> {
  readonly attempt: Attempt<E>;
  readonly call: Call<Item, Capabilities>;
}

/**
 * One call of a list: the next engine does it anew when one fails before its first output. Once anything was given out, an
 * error goes on to the caller, since what was heard cannot be taken back.
 */
export class FallbackCall<E extends Engine, Item, Capabilities> implements Call<Item, Capabilities> {
  readonly #options: FallbackCallOptions<E, Item, Capabilities>;
  readonly #relay: Relay<E>;
  /** Who does the call, or would do it now. */
  #made: Made<E, Item, Capabilities> | undefined;
  /** What the first choice made of it. */
  #first: Made<E, Item, Capabilities> | undefined;
  #isBegun = false;

  constructor(options: FallbackCallOptions<E, Item, Capabilities>) {
    this.#options = options;
    this.#relay = new Relay(options.list);
  }

  get engine(): string {
    return this.#current.call.engine;
  }

  get capabilities(): Capabilities {
    return this.#current.call.capabilities;
  }

  get model(): string | undefined {
    return this.#current.call.model;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    this.#isBegun = true;
    try {
      for (let member = this.#relay.next; member; member = this.#relay.next) {
        if (yield* this.#try(member)) return;
      }
      this.#made = this.#first;
      throw this.#relay.failure();
    } finally {
      this.#relay.tell();
      this.#options.onEnd?.();
    }
  }

  get #current(): Made<E, Item, Capabilities> {
    const { preferred } = this.#options.list;
    return this.#isBegun && this.#made ? this.#made : this.#make(preferred);
  }

  /** The engine's call, not begun; that of one engine is made once. */
  #make(member: Member<E>): Made<E, Item, Capabilities> {
    if (this.#made?.attempt.member === member) return this.#made;
    const { list, signal, call } = this.#options;
    const attempt = list.attempt(member, signal);
    this.#made = { attempt, call: call(attempt) };
    if (member === list.members[0]) this.#first = this.#made;
    return this.#made;
  }

  /** @returns whether the call is done; otherwise another engine is to try */
  async *#try(member: Member<E>): AsyncGenerator<Item, boolean> {
    const { attempt, call } = this.#make(member);
    const items = call[Symbol.asyncIterator]();
    let hasOutput = false;
    try {
      attempt.begin();
      attempt.works();
      for (;;) {
        const next = await attempt.wait(() => items.next());
        if (next.done) {
          attempt.succeeded();
          return true;
        }
        if (!hasOutput) this.#speaks(attempt);
        hasOutput = true;
        yield next.value;
      }
    } catch (error) {
      if (attempt.isCancelled) throw attempt.signal.reason;
      const input = this.#options.inputError?.();
      if (input) throw input.cause;
      const failure = attempt.failed(error);
      if (hasOutput) throw failure;
      this.#relay.failed(attempt, failure);
      return false;
    } finally {
      attempt.end();
      // Not awaited: an engine that hangs would hold up the next one.
      items.return?.().then(undefined, () => undefined);
    }
  }

  #speaks(attempt: Attempt<E>): void {
    attempt.speaks();
    this.#relay.tell();
  }
}
