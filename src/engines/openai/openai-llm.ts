import { isAbort } from '../../core/errors.ts';
import { textOf } from '../chat-content.ts';
import { engineCall } from '../engine-call.ts';
import type { ChatMessage, Llm, LlmCapabilities, LlmDelta, LlmOptions, LlmReply } from '../llm.ts';
import type { GroqCall } from './call.ts';
import { toWireMessages, toWireTool, withoutTools } from './chat-messages.ts';
import type { GroqClient } from './client.ts';
import { badAnswer, GROQ, NothingCame, type ShowWords, ToolUseFailed } from './errors.ts';
import { EventStream } from './event-stream.ts';
import { ReplyReader } from './reply-reader.ts';

/** What the engine is made of. */
export interface GroqLlmOptions {
  readonly client: GroqClient;
  readonly model: string;
  /** LLM_MAX_TOKENS: longest answer in tokens. Default 512: about two minutes of speech, or the thoughts of a model that thinks first. */
  readonly maxTokens?: number;
  /** Whether the model sees images. Default: it does not. */
  readonly images?: boolean;
}

const DEFAULT_MAX_TOKENS = 512;

/** Behind the last word of an answer a server has at most its usage to tell, milliseconds. */
const MAX_AFTERTHOUGHT_MS = 2_000;

/** How often an answer is asked for of which nothing has come. */
const ATTEMPTS = 2;

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

  /** See {@link GroqClient.check}. */
  check(signal: AbortSignal): Promise<void> {
    return this.#client.check(signal);
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async *#reply(messages: readonly ChatMessage[], options: LlmOptions): AsyncGenerator<LlmDelta> {
    const sent = messages.map((message) => textOf(message));
    const call = this.#client.call(options.signal, sent);
    let asked: { readonly messages: readonly ChatMessage[]; readonly options: LlmOptions } = { messages, options };
    try {
      for (let attempt = 1; ; attempt++) {
        let begun = false;
        try {
          for await (const delta of this.#stream(call, asked.messages, asked.options, this.#client.shower(sent))) {
            begun = true;
            yield delta;
          }
          return;
        } catch (error) {
          // What was said cannot be taken back.
          if (begun || attempt >= ATTEMPTS) throw error;
          if (error instanceof ToolUseFailed) {
            const { tools: _, ...rest } = options;
            asked = { messages: withoutTools(messages), options: rest };
          } else if (!(error instanceof NothingCame)) throw error;
        }
      }
    } finally {
      call.end();
    }
  }

  async *#stream(
    call: GroqCall,
    messages: readonly ChatMessage[],
    { temperature, tools }: LlmOptions,
    show: ShowWords,
  ): AsyncGenerator<LlmDelta> {
    const client = this.#client;
    const response = await call.start((signal) =>
      client.sdk.chat.completions
        .create(
          {
            model: this.#model,
            messages: toWireMessages(messages, this.#capabilities.images),
            stream: true,
            max_completion_tokens: this.#maxTokens,
            // Ollama and LM Studio know the older name only; Groq and OpenAI want one of the two.
            ...(client.isLocal ? { max_tokens: this.#maxTokens } : {}),
            ...(temperature === undefined ? {} : { temperature }),
            ...(tools?.length ? { tools: tools.map(toWireTool) } : {}),
          },
          { signal },
        )
        .asResponse(),
    );
    const reader = response.body?.getReader();
    if (!reader) throw badAnswer('it is empty');
    const stream = new EventStream();
    const reply = new ReplyReader(`call_${messages.length}_`, show);
    for (;;) {
      let next: { readonly done: boolean; readonly value?: Uint8Array | undefined };
      try {
        next = await call.read(() => reader.read());
      } catch (error) {
        // What a server does behind its last word is of no matter.
        if (reply.isFinished && !isAbort(error)) return;
        throw error;
      }
      const pieces = next.value ? stream.push(next.value) : stream.end();
      for (const piece of pieces) {
        const deltas = reply.take(piece);
        if (reply.isAlive) call.came(reply.isFinished ? MAX_AFTERTHOUGHT_MS : undefined);
        yield* deltas;
        if (reply.isDone) break;
      }
      if (reply.isDone && !next.done) call.goodbye(() => reader.read());
      if (next.done || reply.isDone) break;
    }
    yield* reply.end();
  }
}
