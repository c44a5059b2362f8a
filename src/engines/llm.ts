import type { MessageContent } from './chat-content.ts';
import type { Engine, EngineCall } from './engine-call.ts';

/** A function call that a language model asks for. */
export interface ToolCall {
  /** The model's own name for the call; its result carries it. */
  readonly id: string;
  readonly name: string;
  /** JSON text of the arguments, as the model wrote it: it may be anything. */
  readonly arguments: string;
}

/** One message of a conversation, oldest first. */
export type ChatMessage =
  | { readonly role: 'system'; readonly content: string }
  | { readonly role: 'user'; readonly content: MessageContent }
  | { readonly role: 'assistant'; readonly content: string; readonly toolCalls?: readonly ToolCall[] }
  /** The result of a call, behind the assistant message that holds it. */
  | { readonly role: 'tool'; readonly content: MessageContent; readonly toolCallId: string };

/** A function that a language model may call. */
export interface ToolSpec {
  readonly name: string;
  /** What it does and when to use it, for the model to read. */
  readonly description: string;
  /** JSON Schema of the arguments, an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A piece of a reply. Ignore kinds that you do not know. */
export type LlmDelta =
  | { readonly type: 'token'; readonly text: string }
  /** A whole call, never a part of one. The caller runs it and replies again with its result. */
  | { readonly type: 'tool_call'; readonly call: ToolCall }
  | { readonly type: 'usage'; readonly inputTokens: number; readonly outputTokens: number }
  /** The limit of tokens has cut the reply: it ends amid a sentence, probably. A reply that ends by itself says nothing. */
  | { readonly type: 'finish'; readonly reason: 'length' };

/** What the language model of a reply can do. */
export interface LlmCapabilities {
  /** It sees images; without it a short text stands in place of each. */
  readonly images: boolean;
  /** It calls functions; without it `tools` are ignored. */
  readonly tools: boolean;
}

/** How to reply. */
export interface LlmOptions {
  /** Aborting it ends the iteration with an AbortError, and the request behind it. */
  readonly signal: AbortSignal;
  /** 0 .. 2. Default: the engine's own choice. */
  readonly temperature?: number;
  /** What the model may call. Default: nothing. */
  readonly tools?: readonly ToolSpec[];
}

/** A reply as it is written. Nothing is sent before the first piece is asked for. May be iterated once. */
export interface LlmReply extends AsyncIterable<LlmDelta>, EngineCall<LlmCapabilities> {}

/** A language model, or something that answers in its place. */
export interface Llm extends Engine {
  /** Replies to the last user message. The iteration throws DialtoneError (`engine_*`) that names the engine. */
  reply(messages: readonly ChatMessage[], options: LlmOptions): LlmReply;
}
