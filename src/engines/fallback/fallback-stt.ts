import type { Stt, SttOptions, SttStream } from '../stt.ts';
import type { EngineList } from './engine-list.ts';
import { FallbackSttStream } from './fallback-stt-stream.ts';

/** Several recognisers that behave as one: the next one hears all of an utterance when one fails before its final text. */
export class FallbackStt implements Stt {
  readonly #list: EngineList<Stt>;

  constructor(list: EngineList<Stt>) {
    this.#list = list;
  }

  /** The engine that would listen now. */
  get id(): string {
    return this.#list.preferred.engine.id;
  }

  ready(): Promise<void> {
    return this.#list.ready();
  }

  open(options: SttOptions): SttStream {
    return new FallbackSttStream(this.#list, options);
  }

  warm(): void {
    this.#list.warm();
  }

  async close(): Promise<void> {
    this.#list.close();
  }
}
