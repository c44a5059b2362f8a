import type { Clock } from '../../core/clock.ts';
import { DialtoneError, toDialtoneError, withEngine } from '../../core/errors.ts';
import type { Engine } from '../engine-call.ts';
import type { EngineEvent, EngineKind } from '../events.ts';
import { Attempt, type Member } from './attempt.ts';
import type { EngineStatus } from './health.ts';

/** What a list is made of. */
export interface EngineListOptions<E extends Engine> {
  readonly kind: EngineKind;
  /** The first choice first, at least one. Their owner closes them; the list does not. */
  readonly members: readonly [Member<E>, ...Member<E>[]];
  readonly clock: Clock;
  /** Told of failures that no caller learns of, because another engine did the work. */
  readonly report: (event: EngineEvent) => void;
}

/** The engines of one kind that stand in for each other, in order, and the calls that they are doing. */
export class EngineList<E extends Engine> {
  readonly #options: EngineListOptions<E>;
  readonly #attempts = new Set<Attempt<E>>();
  #isClosed = false;

  constructor(options: EngineListOptions<E>) {
    this.#options = options;
  }

  get kind(): EngineKind {
    return this.#options.kind;
  }

  /** The first choice first. */
  get members(): EngineListOptions<E>['members'] {
    return this.#options.members;
  }

  get status(): readonly EngineStatus[] {
    return this.members.map(({ health }) => health.status);
  }

  /** Who would do a call that began now. */
  get preferred(): Member<E> {
    return this.choose(new Set()) ?? this.members[0];
  }

  /**
   * Who does a call that others have tried: the first that is up; one that is not, when no other is left, since a conversation that
   * may fail is better than none. Undefined: all have tried.
   */
  choose(tried: ReadonlySet<Member<E>>): Member<E> | undefined {
    const left = this.members.filter((member) => !tried.has(member));
    return left.find(({ health }) => health.isUsable) ?? left[0];
  }

  /** An engine's attempt at a call, not yet begun. @param signal the caller's */
  attempt(member: Member<E>, signal: AbortSignal): Attempt<E> {
    return new Attempt({
      member,
      clock: this.#options.clock,
      signal,
      onBegin: (attempt) => {
        this.#attempts.add(attempt);
        if (this.#isClosed) attempt.cancel(CLOSED);
      },
      onEnd: (attempt) => this.#attempts.delete(attempt),
    });
  }

  /** Tells of a failure that the caller does not learn of. */
  tell(error: DialtoneError): void {
    const { kind, report } = this.#options;
    const { engine = this.members[0].engine.id, code, message } = error;
    report({ type: 'engine.error', kind, engine, code, message });
  }

  /** Resolves when every engine can be used or has failed. Rejects with the error of the first choice when all have. */
  async ready(): Promise<void> {
    const errors = new Map<Member<E>, DialtoneError>();
    const wait = async (member: Member<E>) => {
      const { engine, health } = member;
      try {
        await engine.ready?.();
      } catch (error) {
        const failure = withEngine(toDialtoneError(error), engine.id);
        health.begin().failed(failure);
        errors.set(member, failure);
      }
    };
    await Promise.all(this.members.map(wait));
    const inOrder = this.members.flatMap((member) => errors.get(member) ?? []);
    const [first, ...others] = inOrder;
    if (first && inOrder.length === this.members.length) throw allFailed(first, others);
    for (const error of inOrder) this.tell(error);
  }

  /** Warms who would do a call that began now. */
  warm(): void {
    this.preferred.engine.warm?.();
  }

  /** Ends the calls under way with an AbortError. */
  close(): void {
    this.#isClosed = true;
    for (const attempt of [...this.#attempts]) attempt.cancel(CLOSED);
  }
}

const CLOSED = 'The engine was closed.';

/** The error of the first choice, which says what the other engines failed with. */
export function allFailed(first: DialtoneError, others: readonly DialtoneError[]): DialtoneError {
  if (others.length === 0) return first;
  const details = others.map(({ engine, message }) => `${engine}: ${message}`);
  const { code, message, engine, retryAfterMs } = first;
  return new DialtoneError(code, `${message} (instead of it failed too: ${details.join('; ')})`, {
    cause: first,
    details,
    retryable: first.retryable || others.some(({ retryable }) => retryable),
    retryAfterMs,
    ...(engine === undefined ? {} : { engine }),
  });
}
