/** One message of a conversation, oldest first. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A piece of a reply. More kinds (tool calls) will come: ignore those you do not know. */
export type LlmDelta =
  | { readonly type: 'token'; readonly text: string }
  | { readonly type: 'usage'; readonly inputTokens: number; readonly outputTokens: number };

/** How to reply. */
export interface LlmOptions {
  /** Aborting it ends the iteration with an AbortError, and the request behind it. */
  readonly signal: AbortSignal;
  /** 0 .. 2. Default: the engine's own choice. */
  readonly temperature?: number;
}

/** A language model, or something that answers in its place. */
export interface Llm {
  /** The engine's name, as in settings and metrics. */
  readonly id: string;
  /** Replies to the last user message. Throws DialtoneError (`engine_*`) from the iteration. */
  reply(messages: readonly ChatMessage[], options: LlmOptions): AsyncIterable<LlmDelta>;
  close(): Promise<void>;
}
