import type { DialtoneError } from '../../core/errors.ts';
import type { Engine } from '../engine-call.ts';
import type { Attempt, Member } from './attempt.ts';
import { allFailed, type EngineList } from './engine-list.ts';

/** The way of one call through a list: who has tried it, and what came of that. */
export class Relay<E extends Engine> {
  readonly #list: EngineList<E>;
  readonly #errors = new Map<Member<E>, DialtoneError>();
  readonly #told = new Set<DialtoneError>();

  constructor(list: EngineList<E>) {
    this.#list = list;
  }

  /** Who tries next; undefined: all have failed. */
  get next(): Member<E> | undefined {
    return this.#list.choose(new Set(this.#errors.keys()));
  }

  failed({ member }: Attempt<E>, error: DialtoneError): void {
    this.#errors.set(member, error);
  }

  /** What the caller is told when all have failed: the error of the first choice, which names the others'. */
  failure(): DialtoneError {
    const [first, ...others] = this.#list.members.flatMap((member) => this.#errors.get(member) ?? []);
    if (!first) throw new Error('no engine has failed');
    this.#told.add(first);
    return allFailed(first, others);
  }

  /** Tells of the failures that the caller does not learn of. Each is told once. */
  tell(): void {
    for (const error of this.#errors.values()) {
      if (this.#told.has(error)) continue;
      this.#told.add(error);
      this.#list.tell(error);
    }
  }
}
