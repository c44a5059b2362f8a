import type { WireMessage } from '../chat/chat-messages.ts';

/** A streamed chat completion. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: WireMessage[];
  readonly stream: true;
  readonly max_completion_tokens?: number;
  /** The older name. */
  readonly max_tokens?: number;
  readonly temperature?: number;
  readonly tools?: {
    readonly type: 'function';
    readonly function: {
      readonly name: string;
      readonly description: string;
      readonly parameters: Record<string, unknown>;
    };
  }[];
}

/** A transcription of a recording. */
interface TranscriptionRequest {
  readonly model: string;
  readonly file: File;
  readonly response_format: 'verbose_json' | 'json';
  readonly temperature: number;
  /** ISO 639-1. */
  readonly language?: string;
}

/** Speech of a text. */
interface SpeechRequest {
  readonly model: string;
  readonly input: string;
  readonly voice: string;
  readonly response_format: 'wav';
}

/** The requests of the API of OpenAI that the engines send, whichever package sends them. All reject with {@link WireError}. */
export interface Wire {
  chat(request: ChatRequest, signal: AbortSignal): Promise<Response>;
  transcription(request: TranscriptionRequest, signal: AbortSignal): Promise<unknown>;
  speech(request: SpeechRequest, signal: AbortSignal): Promise<Response>;
  /** The models that the server has: a body of JSON. */
  models(signal: AbortSignal): Promise<unknown>;
  /** Loads the package, where that is left to the first request. */
  prepare?(): void;
}

/** How a package reaches a server. */
export interface WireOptions {
  /** Address without a path. */
  readonly origin: string;
  readonly fetch: typeof globalThis.fetch;
  /** Undefined: none is sent. */
  readonly apiKey: string | undefined;
  /** The package's own limit, which only counts when ours fails, milliseconds. */
  readonly timeoutMs: number;
}

/**
 * What went wrong with a request, whichever package says so. It holds what a server said, which may be the key: it is not to be
 * shown, nor to be a cause.
 */
export class WireError extends Error {
  /** `refused`: the server has answered with a status. */
  readonly kind: 'timeout' | 'unreachable' | 'refused';
  readonly status: number;
  /** The body, parsed where it is JSON. */
  readonly body: unknown;
  readonly retryAfter: string | null;

  constructor(
    kind: WireError['kind'],
    told: {
      readonly cause?: unknown;
      readonly status?: number;
      readonly body?: unknown;
      readonly retryAfter?: string | null;
    },
  ) {
    super(kind, { cause: told.cause });
    this.name = 'WireError';
    this.kind = kind;
    this.status = told.status ?? 0;
    this.body = told.body;
    this.retryAfter = told.retryAfter ?? null;
  }
}

/** The most of a refusal's body that is read, bytes. */
const MAX_REFUSAL = 65_536;

/**
 * A fetch that fails with a {@link WireError} when the server refuses: each package keeps another part of what the server said.
 * @param fetch that is used
 */
export function refusing(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (response.ok) return response;
    throw new WireError('refused', {
      status: response.status,
      body: parsed(await textOf(response)),
      retryAfter: response.headers.get('retry-after'),
    });
  };
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.length >= MAX_REFUSAL) break;
    }
  } catch {
    // What has come is enough to tell of.
  }
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The classes of a package's errors. */
export interface PackageErrors {
  readonly APIConnectionError: new (...args: never[]) => Error;
  readonly APIConnectionTimeoutError: new (...args: never[]) => Error;
}

/** Makes of what a package throws a {@link WireError}; anything else goes on as it is. */
export async function asWireError<T>(classes: PackageErrors, work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof classes.APIConnectionError)) throw error;
    if (error.cause instanceof WireError) throw error.cause;
    const kind = error instanceof classes.APIConnectionTimeoutError ? 'timeout' : 'unreachable';
    throw new WireError(kind, { cause: error });
  }
}
