import type { Clock, Random } from '../core/clock.ts';
import type { Engine } from './engine-call.ts';
import type { EngineEvent, EngineKind } from './events.ts';
import type { Member } from './fallback/attempt.ts';
import { EngineList } from './fallback/engine-list.ts';
import { FallbackLlm } from './fallback/fallback-llm.ts';
import { FallbackStt } from './fallback/fallback-stt.ts';
import { FallbackTts } from './fallback/fallback-tts.ts';
import { EngineHealth, type EngineStatus } from './fallback/health.ts';
import type { Llm } from './llm.ts';
import type { EngineLists } from './shared-engines.ts';
import type { Stt } from './stt.ts';
import type { Tts } from './tts.ts';

/** What lists of engines are made with. */
export interface EngineListsDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly report: (event: EngineEvent) => void;
  /** How long an engine of each kind may take for its first output, milliseconds: then the next one of a list is asked. */
  readonly firstOutputMs: Readonly<Record<EngineKind, number>>;
}

/** Makes lists of engines. The health of an engine is one for all lists that hold it. */
export class HealthyLists implements EngineLists {
  readonly #deps: EngineListsDeps;
  readonly #health = new Map<Engine, EngineHealth>();

  constructor(deps: EngineListsDeps) {
    this.#deps = deps;
  }

  /** What is known of every engine. */
  get status(): readonly EngineStatus[] {
    return Array.from(this.#health.values(), ({ status }) => status);
  }

  stt(engines: readonly Stt[]): Stt {
    return new FallbackStt(this.#list('stt', engines));
  }

  llm(engines: readonly Llm[]): Llm {
    return new FallbackLlm(this.#list('llm', engines));
  }

  tts(engines: readonly Tts[]): Tts {
    return new FallbackTts(this.#list('tts', engines));
  }

  closed(engine: Engine): void {
    this.#health.get(engine)?.close();
    this.#health.delete(engine);
  }

  #list<E extends Engine>(kind: EngineKind, engines: readonly E[]): EngineList<E> {
    const { clock, report } = this.#deps;
    const [first, ...others] = engines.map((engine) => this.#member(kind, engine, engines.length > 1));
    if (!first) throw new RangeError('a list has at least one engine');
    return new EngineList({ kind, members: [first, ...others], clock, report });
  }

  /** @param isOneOfSeveral otherwise nothing is won by giving up: the engine's own limits count */
  #member<E extends Engine>(kind: EngineKind, engine: E, isOneOfSeveral: boolean): Member<E> {
    const { clock, random, report, firstOutputMs } = this.#deps;
    let health = this.#health.get(engine);
    if (!health) {
      health = new EngineHealth({ kind, engine, clock, random, report });
      this.#health.set(engine, health);
    }
    return { engine, health, firstOutputMs: isOneOfSeveral ? firstOutputMs[kind] : undefined };
  }
}
