import { AsyncQueue } from '#src/core/async-queue';
import type { Clock, Timer } from '#src/core/clock';
import { textOf } from '#src/engines/chat-content';
import { engineCall } from '#src/engines/engine-call';
import type { ChatMessage, Llm, LlmDelta, LlmOptions, LlmReply } from '#src/engines/llm';
import { failure } from './scenario-failure.ts';
import type { LlmScript } from './scenario-schema.ts';

/** One reply that a language model was asked for. */
export interface LlmCall {
  readonly atMs: number;
  readonly messages: readonly ChatMessage[];
  state: 'running' | 'done' | 'failed' | 'cancelled';
}

/** Replies as the scenario says, word by word. */
export class ScenarioLlm implements Llm {
  readonly id = 'scenario';
  readonly calls: LlmCall[] = [];
  readonly #clock: Clock;
  readonly #script: LlmScript;
  #inOrder = 0;

  constructor(clock: Clock, script: LlmScript) {
    this.#clock = clock;
    this.#script = script;
  }

  reply(messages: readonly ChatMessage[], options: LlmOptions): LlmReply {
    return engineCall(this.#reply(messages, options), this.id, { images: false, tools: true });
  }

  async close(): Promise<void> {}

  async *#reply(messages: readonly ChatMessage[], { signal }: LlmOptions): AsyncGenerator<LlmDelta> {
    const call: LlmCall = { atMs: this.#clock.now(), messages: [...messages], state: 'running' };
    this.calls.push(call);
    const out = new AsyncQueue<LlmDelta>();
    const timers = this.#write(this.#choose(messages), out);
    signal.addEventListener('abort', () => out.fail(new DOMException('The call was aborted.', 'AbortError')));
    try {
      for await (const delta of out) {
        signal.throwIfAborted();
        yield delta;
      }
      call.state = 'done';
    } catch (error) {
      call.state = signal.aborted ? 'cancelled' : 'failed';
      throw error;
    } finally {
      if (call.state === 'running') call.state = 'cancelled';
      for (const timer of timers) this.#clock.clearTimer(timer);
    }
  }

  #choose(messages: readonly ChatMessage[]): LlmScript['replies'][number] {
    const last = plain(textOf(messages.at(-1) ?? { content: '' }));
    const { replies } = this.#script;
    const fitting = replies.find(({ to }) => to !== undefined && plain(to) === last);
    if (fitting) return fitting;
    const inOrder = replies.filter(({ to }) => to === undefined);
    const reply = inOrder[Math.min(this.#inOrder, inOrder.length - 1)];
    this.#inOrder += 1;
    if (!reply) throw new Error(`the scenario has no reply to "${last}"`);
    return reply;
  }

  /** All timers at once: then a token comes at its time, whenever the last one was taken. */
  #write(reply: LlmScript['replies'][number], out: AsyncQueue<LlmDelta>): Timer[] {
    const firstMs = reply.first_token_ms ?? this.#script.first_token_ms;
    const tokenMs = reply.token_ms ?? this.#script.token_ms;
    const tokens = (reply.text.match(/\s*\S+/g) ?? []).slice(0, reply.fails_after_words);
    const at = (index: number, run: () => void) => this.#clock.setTimer(run, firstMs + index * tokenMs);
    const timers = tokens.map((text, index) => at(index, () => out.push({ type: 'token', text })));
    const end = () => {
      if (reply.cut_by_limit) out.push({ type: 'finish', reason: 'length' });
      if (reply.fails_after_words === undefined) out.end();
      else out.fail(failure('the language model'));
    };
    return [...timers, at(Math.max(0, tokens.length - 1), end)];
  }
}

const plain = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}' ]/gu, '')
    .trim();
