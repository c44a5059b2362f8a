import type { Clock, Random } from '../clock.ts';
import type { ChatMessage, Llm, LlmDelta, LlmOptions } from './llm.ts';
import { DEFAULT_REPLIES_FILE, fittingReplies, loadScript, type Script } from './scripted-replies.ts';
import { readSlots, wordsOf } from './scripted-slots.ts';

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
 * real time and date, adds, and remembers a shopping list and a name as long as they are in the history. English only.
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

  async *reply(messages: readonly ChatMessage[], { signal }: LlmOptions): AsyncGenerator<LlmDelta> {
    for (const text of this.#answer(messages).match(/\s*\S+/g) ?? []) {
      if (signal.aborted) throw new DOMException('The call was aborted.', 'AbortError');
      yield { type: 'token', text };
    }
  }

  async close(): Promise<void> {}

  #answer(messages: readonly ChatMessage[]): string {
    const { clock, random, timeZone } = this.#options;
    const last = messages.findLastIndex((message) => message.role === 'user');
    const words = wordsOf(messages[last]?.content ?? '');
    const slots = readSlots(messages.slice(0, last + 1), { wallMs: clock.wallNow(), timeZone });
    const fitting = fittingReplies(this.#script, words, slots);
    const said = new Set(messages.filter((message) => message.role === 'assistant').map((message) => message.content));
    const fresh = fitting.filter((text) => !said.has(text));
    const choice = fresh.length > 0 ? fresh : fitting;
    return choice[Math.floor(random() * choice.length)] ?? '';
  }
}
