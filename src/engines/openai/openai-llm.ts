import { DialtoneError, isAbort } from '../../core/errors.ts';
import { textOf } from '../chat-content.ts';
import { engineCall } from '../engine-call.ts';
import type { ChatMessage, Llm, LlmCapabilities, LlmDelta, LlmOptions, LlmReply } from '../llm.ts';
import { ChatFields } from './chat/chat-fields.ts';
import { toWireMessages, toWireTool, withoutTools } from './chat/chat-messages.ts';
import { EventStream } from './chat/event-stream.ts';
import { ReplyReader } from './chat/reply-reader.ts';
import type { ServiceCall } from './requests/call.ts';
import type { ServiceClient } from './requests/client.ts';
import { NothingCame, RequestRefused, ToolUseFailed } from './requests/errors.ts';
import type { ChatRequest } from './requests/wire.ts';
import { seesImages } from './seeing-models.ts';
import { ServedModel } from './served-model.ts';

/** What the engine is made of. */
export interface OpenAiLlmOptions {
  readonly client: ServiceClient;
  /** Default: the only one that the server has. */
  readonly model?: string | undefined;
  /** The variable that names the model. Default: that of the service. */
  readonly modelSetting?: string | undefined;
  /** LLM_MAX_TOKENS: longest answer in tokens. Default 512: about two minutes of speech, or the thoughts of a model that thinks first. */
  readonly maxTokens?: number;
  /** Whether the model sees images; `by_name`: its name tells. Default: it does not. */
  readonly images?: boolean | 'by_name';
}

const DEFAULT_MAX_TOKENS = 512;

/** Behind the last word of an answer a server has at most its usage to tell, milliseconds. */
const MAX_AFTERTHOUGHT_MS = 2_000;

/** How often an answer is asked for of which nothing has come; without a field that the server refuses, so often more. */
const ATTEMPTS = 2;
const FIELDS_LEFT_OUT = 3;

/** How servers say that a model sees no images, or of a field that it is text only: not that one of the images is wrong. */
const SEES_NONE =
  /(?:not|n't) support|not a multi-?modal|only supported|must be a string|unknown variant|expected .{0,30}string/;

/** What one reply learns of images. */
interface Sight {
  /** The server has refused them. */
  isRefused: boolean;
}

/** What is asked of the model. */
interface Question {
  readonly messages: readonly ChatMessage[];
  readonly options: LlmOptions;
}

/** A language model behind the API of OpenAI, its answer streamed. */
export class OpenAiLlm implements Llm {
  readonly id: string;
  readonly #client: ServiceClient;
  readonly #model: ServedModel;
  readonly #maxTokens: number;
  readonly #images: boolean | 'by_name';
  readonly #fields: ChatFields;
  /** The server has told that the model sees nothing, whatever it is called. */
  #isBlind = false;

  constructor({ client, model, modelSetting, maxTokens, images }: OpenAiLlmOptions) {
    this.id = client.service.id;
    this.#client = client;
    const setting = modelSetting ?? client.service.settings.models;
    this.#model = new ServedModel({ client, model, task: 'text-generation', setting });
    this.#maxTokens = maxTokens ?? DEFAULT_MAX_TOKENS;
    this.#images = images ?? false;
    // Ollama and LM Studio know the older name only, and so do most others; Groq and OpenAI want one of the two.
    const isStrict = client.service.id === 'openai' && !client.isHome && !client.isLocal;
    this.#fields = new ChatFields(isStrict ? 'old' : client.isLocal ? 'both' : 'new');
  }

  reply(messages: readonly ChatMessage[], options: LlmOptions): LlmReply & AsyncGenerator<LlmDelta> {
    const sight: Sight = { isRefused: false };
    const reply = engineCall(this.#reply(messages, options, sight), this.id, this.#capabilities(sight));
    // The only model of a server is known once it was asked.
    return Object.defineProperty(reply, 'model', { get: () => this.#model.known });
  }

  /** See {@link ServiceClient.warm}. */
  warm(): void {
    this.#client.warm();
  }

  /** See {@link ServiceClient.check}. */
  check(signal: AbortSignal): Promise<void> {
    return this.#client.check(signal);
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  #capabilities(sight: Sight): LlmCapabilities {
    const seesImages = () => !sight.isRefused && this.#seesImages;
    return {
      // The only model of a server is known once it was asked.
      get images() {
        return seesImages();
      },
      tools: this.#fields.takesTools,
    };
  }

  get #seesImages(): boolean {
    if (this.#isBlind) return false;
    if (this.#images !== 'by_name') return this.#images;
    const { known } = this.#model;
    return known !== undefined && seesImages(known);
  }

  async *#reply(messages: readonly ChatMessage[], options: LlmOptions, sight: Sight): AsyncGenerator<LlmDelta> {
    const model = await this.#model.name(options.signal);
    const sent = messages.map((message) => textOf(message));
    const call = this.#client.call('chat/completions', options.signal, sent);
    let asked: Question = { messages, options };
    let attempts = ATTEMPTS;
    let isBlind = false;
    try {
      for (let attempt = 1; ; attempt++) {
        const request = this.#request(model, asked, !sight.isRefused);
        let begun = false;
        try {
          for await (const delta of this.#stream(call, request)) {
            begun = true;
            this.#isBlind ||= isBlind;
            yield delta;
          }
          return;
        } catch (error) {
          // What was said cannot be taken back.
          if (begun || attempt >= attempts) throw error;
          if (error instanceof ToolUseFailed) asked = withoutFunctions(asked);
          else if (error instanceof RequestRefused && this.#fields.learn(error, request)) {
            attempts = Math.min(attempts + 1, ATTEMPTS + FIELDS_LEFT_OUT);
          } else if (isRefusal(error) && hasImages(request)) {
            // They would stand in every later request of the conversation, too.
            sight.isRefused = true;
            isBlind = error instanceof RequestRefused && error.mentions(SEES_NONE) >= 0;
            attempts += 1;
          } else if (!(error instanceof NothingCame)) throw error;
        }
      }
    } finally {
      call.end();
    }
  }

  #request(model: string, question: Question, withImages: boolean): ChatRequest {
    const asked = question.options.tools?.length && !this.#fields.takesTools ? withoutFunctions(question) : question;
    const { temperature, tools } = asked.options;
    return {
      model,
      messages: toWireMessages(asked.messages, withImages && this.#seesImages),
      stream: true,
      ...this.#fields.limit(this.#maxTokens),
      ...this.#fields.temperature(temperature),
      ...(tools?.length ? { tools: tools.map(toWireTool) } : {}),
    };
  }

  async *#stream(call: ServiceCall, request: ChatRequest): AsyncGenerator<LlmDelta> {
    const response = await call.start((signal) => this.#client.wire.chat(request, signal));
    const reader = response.body?.getReader();
    if (!reader) throw call.errors.badAnswer('it is empty');
    const stream = new EventStream(call.errors);
    const reply = new ReplyReader(`call_${request.messages.length}_`, call.errors);
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

/** The server does not want this request as it is, and would not want it later. */
function isRefusal(error: unknown): boolean {
  return error instanceof RequestRefused || (error instanceof DialtoneError && error.code === 'engine_bad_request');
}

function hasImages({ messages }: ChatRequest): boolean {
  return messages.some(({ content }) => Array.isArray(content) && content.some(({ type }) => type === 'image_url'));
}

function withoutFunctions({ messages, options }: Question): Question {
  const { tools: _, ...rest } = options;
  return { messages: withoutTools(messages), options: rest };
}
