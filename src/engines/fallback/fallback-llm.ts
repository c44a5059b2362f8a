import type { ChatMessage, Llm, LlmCapabilities, LlmDelta, LlmOptions, LlmReply } from '../llm.ts';
import type { EngineList } from './engine-list.ts';
import { FallbackCall } from './fallback-call.ts';

/** Several language models that behave as one: the next one replies when one fails before its first word. */
export class FallbackLlm implements Llm {
  readonly #list: EngineList<Llm>;

  constructor(list: EngineList<Llm>) {
    this.#list = list;
  }

  /** The engine that would reply now. */
  get id(): string {
    return this.#list.preferred.engine.id;
  }

  ready(): Promise<void> {
    return this.#list.ready();
  }

  reply(messages: readonly ChatMessage[], options: LlmOptions): LlmReply {
    return new FallbackCall<Llm, LlmDelta, LlmCapabilities>({
      list: this.#list,
      signal: options.signal,
      call: ({ member, signal }) => member.engine.reply(messages, { ...options, signal }),
    });
  }

  warm(): void {
    this.#list.warm();
  }

  async close(): Promise<void> {
    this.#list.close();
  }
}
