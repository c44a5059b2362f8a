import { z } from 'zod';
import { isAbort } from '../../core/errors.ts';
import { engineCall } from '../engine-call.ts';
import type { ChatMessage, Llm, LlmCapabilities, LlmDelta, LlmOptions, LlmReply } from '../llm.ts';
import type { GroqCall } from './call.ts';
import { toWireMessages, toWireTool, withoutTools } from './chat-messages.ts';
import type { GroqClient } from './client.ts';
import { badAnswer, brokenOff, GROQ, ToolUseFailed } from './errors.ts';
import { ToolCallParts, toolCallPartSchema } from './tool-call-parts.ts';

/** What the engine is made of. */
export interface GroqLlmOptions {
  readonly client: GroqClient;
  readonly model: string;
  /** Longest answer in tokens. Default 512: about two minutes of speech, or the thoughts of a model that thinks first. */
  readonly maxTokens?: number;
  /** Whether the model sees images. Default: it does not. */
  readonly images?: boolean;
}

const DEFAULT_MAX_TOKENS = 512;

const usageSchema = z.object({ prompt_tokens: z.number(), completion_tokens: z.number() });

/** A chunk of the stream: only what is used here. Chunks with no choices or no content are normal. */
const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish(), tool_calls: z.array(toolCallPartSchema).nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: usageSchema.nullish(),
  x_groq: z.object({ usage: usageSchema.nullish(), error: z.string().nullish() }).nullish(),
});

/** A language model at Groq, its answer streamed. */
export class GroqLlm implements Llm {
  readonly id = GROQ;
  readonly #client: GroqClient;
  readonly #model: string;
  readonly #maxTokens: number;
  readonly #capabilities: LlmCapabilities;

  constructor(options: GroqLlmOptions) {
    this.#client = options.client;
    this.#model = options.model;
    this.#maxTokens = options.maxTokens ?? DEFAULT_MAX_TOKENS;
    this.#capabilities = { images: options.images ?? false, tools: true };
  }

  reply(messages: readonly ChatMessage[], options: LlmOptions): LlmReply & AsyncGenerator<LlmDelta> {
    return engineCall(this.#reply(messages, options), GROQ, this.#capabilities);
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async *#reply(messages: readonly ChatMessage[], options: LlmOptions): AsyncGenerator<LlmDelta> {
    const call = this.#client.call(options.signal);
    try {
      let begun = false;
      try {
        for await (const delta of this.#stream(call, messages, options)) {
          begun = true;
          yield delta;
        }
        return;
      } catch (error) {
        // What was said cannot be taken back.
        if (begun || !(error instanceof ToolUseFailed)) throw error;
      }
      const { tools: _, ...rest } = options;
      yield* this.#stream(call, withoutTools(messages), rest);
    } finally {
      call.end();
    }
  }

  async *#stream(call: GroqCall, messages: readonly ChatMessage[], options: LlmOptions): AsyncGenerator<LlmDelta> {
    const { temperature, tools } = options;
    const stream = await call.start((signal) =>
      this.#client.sdk.chat.completions.create(
        {
          model: this.#model,
          messages: toWireMessages(messages, this.#capabilities.images),
          stream: true,
          max_completion_tokens: this.#maxTokens,
          ...(temperature === undefined ? {} : { temperature }),
          ...(tools?.length ? { tools: tools.map(toWireTool) } : {}),
        },
        { signal },
      ),
    );
    const chunks = stream[Symbol.asyncIterator]();
    const parts = new ToolCallParts(`call_${messages.length}_`);
    let finished = false;
    for (;;) {
      let next: IteratorResult<unknown>;
      try {
        next = await call.read(() => chunks.next());
      } catch (error) {
        // What a server does behind its last word is of no matter.
        if (finished && !isAbort(error)) return;
        throw error;
      }
      if (next.done) break;
      const chunk = chunkSchema.safeParse(next.value);
      if (!chunk.success) throw badAnswer('a piece of the reply has another shape');
      const { choices, usage, x_groq: extra } = chunk.data;
      if (extra?.error) throw brokenOff();
      const choice = choices?.[0];
      if (choice?.delta?.content) yield { type: 'token', text: choice.delta.content };
      if (choice?.delta?.tool_calls) parts.add(choice.delta.tool_calls);
      if (choice?.finish_reason) {
        finished = true;
        for (const called of parts.take()) yield { type: 'tool_call', call: called };
      }
      const used = usage ?? extra?.usage;
      if (used) yield { type: 'usage', inputTokens: used.prompt_tokens, outputTokens: used.completion_tokens };
    }
    if (!finished) throw brokenOff();
  }
}
