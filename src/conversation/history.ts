import type { ChatMessage } from '../llm/llm.ts';

/** The most that is kept of a conversation: the language model sees all of it at every turn. */
const MAX_MESSAGES = 40;
const MAX_CHARACTERS = 12_000;

/** What was said in a conversation, newest last. The oldest is forgotten first. */
export class History {
  readonly #messages: ChatMessage[] = [];
  #characters = 0;

  add(role: 'user' | 'assistant', content: string): void {
    const last = this.#messages.at(-1);
    if (last?.role === role) {
      // Language models expect the roles to alternate: two messages of one speaker become one.
      this.#messages[this.#messages.length - 1] = { role, content: `${last.content} ${content}` };
    } else {
      this.#messages.push({ role, content });
    }
    this.#characters += content.length + 1;
    while (this.#messages.length > MAX_MESSAGES || (this.#characters > MAX_CHARACTERS && this.#messages.length > 1)) {
      this.#characters -= (this.#messages.shift()?.content.length ?? 0) + 1;
    }
  }

  /** Everything remembered behind the system prompt. */
  withSystem(prompt: string): readonly ChatMessage[] {
    return [{ role: 'system', content: prompt }, ...this.#messages];
  }
}
