import { cleanText } from '../../../core/clean-text.ts';
import { DialtoneError, type DialtoneErrorOptions, type ErrorCode } from '../../../core/errors.ts';
import { retryAfterMs } from '../../../core/retry-after.ts';
import { errorIn, type ToldError } from '../chat/chat-chunk.ts';
import type { Service } from './service.ts';
import { WireError } from './wire.ts';

/** The most of a server's own words in an error, characters. */
const MAX_WORDS = 200;

/** The most of a refusal that is searched for its reason, characters. */
const MAX_WHY = 4_000;

/** A wait that is longer is not told of, milliseconds. */
const MAX_TOLD_MS = 1_000_000_000;

/** What servers say while they load their model: llama.cpp ("Loading model"). */
const LOADING = /\bloading (?:the )?model\b|\bmodel is (?:still )?loading\b/i;

/** What servers say when they have more work than they can do: Ollama ("server busy"), OpenAI ("overloaded", "slow down"), Groq ("over capacity"). */
const NO_ROOM = /overload|capacity|\bbusy\b|slow down|too many|queue (?:is )?full/i;

/** The words of a server as they may be shown: without secrets; empty when they may not. */
export type ShowWords = (words: string) => string;

/** The model failed to write a function call as it should be: it may answer well without functions. */
export class ToolUseFailed extends DialtoneError {
  constructor(who: string, engine: string) {
    super('engine_bad_answer', `${who}'s model failed to call a function: set LLM_TOOLS=false if that goes on.`, {
      retryable: true,
      engine,
    });
  }
}

/** The answer ended before anything of it had come. */
export class NothingCame extends DialtoneError {
  constructor(who: string, engine: string) {
    super('engine_bad_answer', `${who}'s answer broke off before its end.`, { retryable: true, engine });
  }
}

/** The server has yet to load its model: it will answer the same request later. */
export class ModelLoading extends DialtoneError {
  constructor(who: string, engine: string) {
    super('engine_unavailable', `${who} is still loading its model (503).`, { retryable: true, engine });
  }
}

/** The server refuses the request as it is. */
export class RequestRefused extends DialtoneError {
  /** In the server's words and codes, in lower case: not to be shown. */
  readonly #why: string;

  constructor(message: string, engine: string, why: string) {
    super('engine_misconfigured', message, { engine });
    this.#why = why.toLowerCase();
  }

  /** Where the server's reason names this first; -1: it does not. */
  mentions(word: string | RegExp): number {
    return this.#why.search(word);
  }
}

/** What errors of one request are made from. */
export interface CallErrorsOptions {
  readonly service: Service;
  /** Whether the server is the service's own. */
  readonly isHome: boolean;
  /** The address that is asked, without secrets. Read when an error is made. */
  readonly address: () => string;
  readonly show: ShowWords;
  /** Wall-clock time, milliseconds. */
  readonly wallNow: () => number;
}

/** Makes the errors of one request: they name the service, the address that was asked and what the user can set. */
export class CallErrors {
  readonly #options: CallErrorsOptions;

  constructor(options: CallErrorsOptions) {
    this.#options = options;
  }

  /** Nothing, or nothing more, came in time. */
  timeout(): DialtoneError {
    return this.#error('engine_timeout', `${this.#who} did not answer in time.`, { retryable: true });
  }

  /** The answer ended before it was complete. */
  brokenOff(): DialtoneError {
    return this.#error('engine_bad_answer', `${this.#who}'s answer broke off before its end.`, { retryable: true });
  }

  /** The answer ended before anything of it had come. */
  nothingCame(): NothingCame {
    return new NothingCame(this.#who, this.#options.service.id);
  }

  /** The answer is not what the interface promises. @param what what is wrong with it, in our own words */
  badAnswer(what: string): DialtoneError {
    const { service, address } = this.#options;
    const where = `from ${address()}`;
    return this.#error(
      'engine_bad_answer',
      `${this.#who}'s answer cannot be read (${where}): ${what}. Check ${service.settings.url}.`,
    );
  }

  /**
   * Turns whatever a request throws into a DialtoneError. There is no `cause`: the packages' errors carry headers and bodies, and
   * a server may repeat the key in its body.
   * @param phase `request`: nothing has been answered yet; `body`: the answer had begun
   */
  of(error: unknown, phase: 'request' | 'body'): DialtoneError {
    if (error instanceof DialtoneError) return error;
    if (error instanceof WireError) {
      if (error.kind === 'timeout') return this.timeout();
      if (error.kind === 'refused') {
        return this.#refused({ ...errorIn(error.body), status: error.status }, error.retryAfter, error.body);
      }
      const { service, address } = this.#options;
      const code = systemCode(error);
      return this.#error(
        'engine_unavailable',
        `${this.#who} cannot be reached at ${address()}${code ? ` (${code})` : ''}: check the network and ${service.settings.url}.`,
        { retryable: true },
      );
    }
    if (error instanceof SyntaxError) return this.badAnswer('it is not valid JSON');
    if (systemCode(error) !== undefined || phase === 'body') return this.brokenOff();
    return this.badAnswer('it could not be processed');
  }

  /** An error that a server tells of amid an answer, which the server ends with it. */
  told(told: ToldError): DialtoneError {
    const { status, reason } = told;
    if (status !== undefined) return this.#refused(told);
    if (reason === 'tool_use_failed') return this.#toolUseFailed();
    if (reason !== undefined && /rate_?limit/i.test(reason)) return this.#refused({ ...told, status: 429 });
    if (reason === 'invalid_request_error' || reason === 'model_not_found') {
      return this.#refused({ ...told, status: 400 });
    }
    return this.#error('engine_unavailable', `${this.#who} ended its answer with an error${this.#said(told)}.`, {
      retryable: true,
    });
  }

  /** A server of another name is not spoken of as if it were the service. */
  get #who(): string {
    const { service, isHome } = this.#options;
    return isHome || service.id === 'groq' ? service.name : 'The server';
  }

  #error(code: ErrorCode, message: string, options: DialtoneErrorOptions = {}): DialtoneError {
    return new DialtoneError(code, message, { ...options, engine: this.#options.service.id });
  }

  #toolUseFailed(): ToolUseFailed {
    return new ToolUseFailed(this.#who, this.#options.service.id);
  }

  #refused(told: ToldError, retryAfter?: string | null, body?: unknown): DialtoneError {
    const who = this.#who;
    const { service, address } = this.#options;
    const { key, url, models } = service.settings;
    const { status = 500 } = told;
    const reason = told.reason !== undefined && REASONS.has(told.reason) ? told.reason : undefined;
    const number = reason ? `${status}, ${reason}` : String(status);
    const words = this.#said(told);
    const waitMs = retryAfterMs(retryAfter, this.#options.wallNow());
    const again = !waitMs || waitMs > MAX_TOLD_MS ? '' : ` Try again in ${Math.ceil(waitMs / 1_000)} s.`;
    const wait = { retryable: true, retryAfterMs: waitMs };
    if (status === 401 || status === 403) {
      return this.#error('engine_auth', `${who} refused the key (${status}): check ${key}.`);
    }
    if (status === 429 || status === 498) {
      return this.#error(
        'engine_rate_limited',
        `${who}'s limit of requests is reached (${status})${words}.${again}`,
        wait,
      );
    }
    if (status === 503 && LOADING.test(told.words ?? '')) return new ModelLoading(who, service.id);
    if ((status === 503 || status === 529) && NO_ROOM.test(`${told.words ?? ''} ${told.reason ?? ''}`)) {
      return this.#error('engine_overloaded', `${who} has no room for more (${status})${words}.${again}`, wait);
    }
    // llama.cpp says so with 500.
    const refusesImages = status === 500 && /image input is not supported/i.test(told.words ?? '');
    if (!refusesImages && (status >= 500 || status === 408 || status === 409 || status === 424)) {
      return this.#error('engine_unavailable', `${who} has a problem of its own (${number})${words}.${again}`, wait);
    }
    if (reason === 'tool_use_failed') return this.#toolUseFailed();
    if (status === 413 || (reason !== undefined && TOO_MUCH.has(reason))) {
      return this.#error(
        'engine_bad_request',
        `${who} refused this request for its size (${number})${words}${words ? ';' : ':'} choose a model that takes more, ${models}.`,
      );
    }
    if (reason === 'model_terms_required') {
      return this.#error(
        'engine_misconfigured',
        `${who} wants the terms of this model accepted (${status}): do so once in its console.`,
      );
    }
    const why = `${told.words ?? ''} ${told.reason ?? ''} ${JSON.stringify(body) ?? ''}`.slice(0, MAX_WHY);
    return new RequestRefused(
      `${who} refused the request to ${address()} (${number})${words}${words ? ';' : ':'} check the ${models} settings and ${url}.`,
      service.id,
      why,
    );
  }

  /** What the server says of its error in its own words, behind a colon; empty when it says nothing that may be shown. */
  #said({ words = '' }: ToldError): string {
    const { show } = this.#options;
    const shown = cleanText(show(words).replace(/\s+/g, ' ').trim(), MAX_WORDS).replace(/[\s.]+$/, '');
    return shown === '' ? '' : `: ${shown}`;
  }
}

/** The reasons that are told: plain words of our choosing, since a server may put the key there. */
const REASONS: ReadonlySet<string> = new Set([
  'context_length_exceeded',
  'invalid_request_error',
  'json_validate_failed',
  'model_decommissioned',
  'model_not_active',
  'model_not_found',
  'model_permission_blocked_org',
  'model_terms_required',
  'organization_restricted',
  'rate_limit_exceeded',
  'request_too_large',
  'service_unavailable',
  'tool_use_failed',
  'internal_server_error',
]);

/** Reasons that lie in one request, and not in the settings. */
const TOO_MUCH: ReadonlySet<string> = new Set(['context_length_exceeded', 'request_too_large']);

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The system's code (`ECONNREFUSED`, `UND_ERR_SOCKET`, …) somewhere in the chain of causes. */
function systemCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at !== undefined && depth < 5; at = field(at, 'cause'), depth++) {
    const code = field(at, 'code');
    if (typeof code === 'string' && /^(E[A-Z]{2,20}|UND_ERR_[A-Z_]{2,40})$/.test(code)) return code;
  }
  return undefined;
}
