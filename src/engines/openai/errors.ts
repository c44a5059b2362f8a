import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'groq-sdk';
import { cleanText } from '../../core/clean-text.ts';
import { DialtoneError, type DialtoneErrorOptions, type ErrorCode } from '../../core/errors.ts';
import { retryAfterMs, retryAfterSeconds } from '../../core/retry-after.ts';
import { errorIn, type ToldError } from './chat-chunk.ts';

/** The engine's name, as in settings and metrics. */
export const GROQ = 'groq';

/** The most of a server's own words in an error, characters. */
const MAX_WORDS = 200;

/** The words of a server as they may be shown: without secrets; empty when they may not. */
export type ShowWords = (words: string) => string;

/** The model failed to write a function call as it should be: it may answer well without functions. */
export class ToolUseFailed extends DialtoneError {
  constructor() {
    super('engine_bad_answer', "Groq's model failed to call a function: set LLM_TOOLS=false if that goes on.", {
      retryable: true,
      engine: GROQ,
    });
  }
}

/** The answer ended before anything of it had come. */
export class NothingCame extends DialtoneError {
  constructor() {
    super('engine_bad_answer', "Groq's answer broke off before its end.", { retryable: true, engine: GROQ });
  }
}

/** An error of Groq's. */
export function groqError(code: ErrorCode, message: string, options: DialtoneErrorOptions = {}): DialtoneError {
  return new DialtoneError(code, message, { ...options, engine: GROQ });
}

/**
 * Turns whatever groq-sdk throws into a DialtoneError. There is no `cause`: the SDK's errors carry headers and bodies, and a
 * server may repeat the key in its body.
 * @param phase `request`: nothing has been answered yet; `body`: the answer had begun
 */
export function toGroqError(error: unknown, phase: 'request' | 'body', show: ShowWords): DialtoneError {
  if (error instanceof DialtoneError) return error;
  if (error instanceof APIConnectionTimeoutError) return groqTimeout();
  if (error instanceof APIConnectionError) {
    const code = systemCode(error);
    return groqError(
      'engine_unavailable',
      `Groq cannot be reached${code ? ` (${code})` : ''}: check the network and GROQ_BASE_URL.`,
      { retryable: true },
    );
  }
  if (error instanceof APIError && typeof error.status === 'number') {
    return refused({ ...errorIn(error.error), status: error.status }, show, error.headers?.get('retry-after'));
  }
  if (systemCode(error) !== undefined || phase === 'body') return unreadableOrBrokenOff(error);
  return unreadable(error);
}

/** An error that a server tells of amid an answer, which the server ends with it. */
export function toldInStream(told: ToldError, show: ShowWords): DialtoneError {
  const { status, reason } = told;
  if (status !== undefined) return refused(told, show);
  if (reason === 'tool_use_failed') return new ToolUseFailed();
  if (reason !== undefined && /rate_?limit/i.test(reason)) return refused({ ...told, status: 429 }, show);
  if (reason === 'invalid_request_error' || reason === 'model_not_found')
    return refused({ ...told, status: 400 }, show);
  return groqError('engine_unavailable', `Groq ended its answer with an error${said(told, show)}.`, {
    retryable: true,
  });
}

/** Nothing, or nothing more, came in time. */
export function groqTimeout(): DialtoneError {
  return groqError('engine_timeout', 'Groq did not answer in time.', { retryable: true });
}

/** The answer ended before it was complete. */
export function brokenOff(): DialtoneError {
  return groqError('engine_bad_answer', "Groq's answer broke off before its end.", { retryable: true });
}

/** The answer is not what the interface promises. @param what what is wrong with it, in our own words */
export function badAnswer(what: string): DialtoneError {
  return groqError('engine_bad_answer', `Groq's answer cannot be read: ${what}. Check GROQ_BASE_URL.`);
}

/** How long a refusal asks to wait, milliseconds; undefined when it does not say. @param wallNowMs wall-clock time */
export function askedWaitMs(error: unknown, wallNowMs: number): number | undefined {
  return error instanceof APIError ? retryAfterMs(error.headers?.get('retry-after'), wallNowMs) : undefined;
}

function refused(
  told: ToldError & { readonly status?: number | undefined },
  show: ShowWords,
  retryAfter?: string | null,
): DialtoneError {
  const { status = 500 } = told;
  const reason = told.reason !== undefined && REASONS.has(told.reason) ? told.reason : undefined;
  const number = reason ? `${status}, ${reason}` : String(status);
  const words = said(told, show);
  if (status === 401 || status === 403) {
    return groqError('engine_auth', `Groq refused the key (${status}): check GROQ_API_KEY.`);
  }
  if (status === 429 || status === 498) {
    const seconds = retryAfterSeconds(retryAfter) ?? -1;
    const wait = seconds >= 0 && seconds < 1_000_000 ? ` Try again in ${Math.ceil(seconds)} s.` : '';
    return groqError('engine_rate_limited', `Groq's limit of requests is reached (${status})${words}.${wait}`, {
      retryable: true,
      retryAfterMs: seconds >= 0 ? seconds * 1_000 : undefined,
    });
  }
  if (status >= 500 || status === 408 || status === 409 || status === 424) {
    return groqError('engine_unavailable', `Groq has a problem of its own (${number})${words}.`, { retryable: true });
  }
  if (reason === 'tool_use_failed') return new ToolUseFailed();
  if (status === 413 || (reason !== undefined && TOO_MUCH.has(reason))) {
    return groqError(
      'engine_bad_request',
      `Groq refused this request for its size (${number})${words}${words ? ';' : ':'} choose a model that takes more, GROQ_..._MODEL.`,
    );
  }
  if (reason === 'model_terms_required') {
    return groqError(
      'engine_misconfigured',
      `Groq wants the terms of this model accepted (${status}): do so once in the Groq console.`,
    );
  }
  return groqError(
    'engine_misconfigured',
    `Groq refused the request (${number})${words}${words ? ';' : ':'} check the GROQ_..._MODEL settings and GROQ_BASE_URL.`,
  );
}

/** What the server says of its error in its own words, behind a colon; empty when it says nothing that may be shown. */
function said({ words = '' }: ToldError, show: ShowWords): string {
  const shown = cleanText(show(words).replace(/\s+/g, ' ').trim(), MAX_WORDS).replace(/[\s.]+$/, '');
  return shown === '' ? '' : `: ${shown}`;
}

function unreadableOrBrokenOff(error: unknown): DialtoneError {
  return error instanceof SyntaxError ? unreadable(error) : brokenOff();
}

function unreadable(error: unknown): DialtoneError {
  return badAnswer(error instanceof SyntaxError ? 'it is not valid JSON' : 'it could not be processed');
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
