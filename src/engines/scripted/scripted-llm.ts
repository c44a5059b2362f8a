import type { Clock, Random } from '../../core/clock.ts';
import { textOf } from '../chat-content.ts';
import { engineCall } from '../engine-call.ts';
import type { ChatMessage, Llm, LlmCapabilities, LlmDelta, LlmOptions, LlmReply, ToolCall, ToolSpec } from '../llm.ts';
import { resultBehind, scriptedCall, silencesAtEnd } from './scripted-calls.ts';
import { DEFAULT_REPLIES_FILE, fillAll, fitting, loadScript, type Script } from './scripted-replies.ts';
import { readSlots, wordsOf } from './scripted-slots.ts';

const CAPABILITIES: LlmCapabilities = { images: false, tools: true };

/** What the engine is made of. */
export interface ScriptedLlmOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Path of the JSON file with the replies. Default: the one that comes with dialtone. */
  readonly repliesFile?: string;
  /** IANA time zone in which it tells the time. Default: this machine's. */
  readonly timeZone?: string;
}

/**
 * Answers from a small table of replies, matched by words. It is no language model and says so when asked; it knows the
 * real time and date, adds, and remembers a shopping list and a name as long as they are in the history. Where functions
 * are offered it sets the volume and ends the conversation. English only.
 */
export class ScriptedLlm implements Llm {
  readonly id = 'scripted';
  readonly #options: ScriptedLlmOptions;
  readonly #script: Script;

  /** @throws DialtoneError `engine_misconfigured` when the replies cannot be used */
  constructor(options: ScriptedLlmOptions) {
    this.#options = options;
    this.#script = loadScript(options.repliesFile ?? DEFAULT_REPLIES_FILE);
  }

  reply(messages: readonly ChatMessage[], options: LlmOptions): LlmReply & AsyncGenerator<LlmDelta> {
    return engineCall(this.#reply(messages, options), this.id, CAPABILITIES);
  }

  async close(): Promise<void> {}

  async *#reply(messages: readonly ChatMessage[], { signal, tools }: LlmOptions): AsyncGenerator<LlmDelta> {
    const answer = this.#answer(messages, tools);
    if (typeof answer !== 'string') {
      throwIfAborted(signal);
      yield { type: 'tool_call', call: answer };
      return;
    }
    for (const text of answer.match(/\s*\S+/g) ?? []) {
      throwIfAborted(signal);
      yield { type: 'token', text };
    }
  }

  /** A pure function of its arguments, the clock and chance. */
  #answer(messages: readonly ChatMessage[], tools: readonly ToolSpec[] | undefined): string | ToolCall {
    const { clock, timeZone } = this.#options;
    const script = this.#script;
    const last = messages.findLastIndex((message) => message.role === 'user');
    const words = wordsOf(textOf(messages[last] ?? { content: '' }));
    const result = resultBehind(messages);
    const slots = readSlots(messages.slice(0, last + 1), { wallMs: clock.wallNow(), timeZone }, result);
    const silences = silencesAtEnd(messages);
    if (silences > 0) return this.#choose(fillAll(silences < 3 ? script.silence : script.farewell, slots), messages);
    const { replies, call: wanted, called } = fitting(script, words, slots);
    if (result !== undefined) {
      const texts = result.startsWith('Error: ') ? script.failed : called;
      return this.#choose(texts?.length ? texts : replies, messages);
    }
    return scriptedCall(wanted, words, { messages, tools }) ?? this.#choose(replies, messages);
  }

  /** One of the texts, if possible one that was not said yet. */
  #choose(texts: readonly string[], messages: readonly ChatMessage[]): string {
    const said = new Set(messages.filter(({ role }) => role === 'assistant').map(({ content }) => content));
    const fresh = texts.filter((text) => !said.has(text));
    const choice = fresh.length > 0 ? fresh : texts;
    return choice[Math.floor(this.#options.random() * choice.length)] ?? '';
  }
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new DOMException('The call was aborted.', 'AbortError');
}
