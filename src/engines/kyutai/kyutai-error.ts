import { cleanText } from '../../core/clean-text.ts';
import { DialtoneError, type ErrorCode } from '../../core/errors.ts';

/** Name of the engines, as in settings and metrics. */
export const KYUTAI = 'kyutai';

/** Longest text of a server that is shown, UTF-16 units. */
const MAX_WORDS = 200;

/** A server as errors name it. */
export interface NamedServer {
  /** The address without secrets. */
  readonly shown: string;
  /** The setting that holds the address. */
  readonly setting: string;
}

/** An error of these engines. Default: trying again does not help. */
export function kyutaiError(code: ErrorCode, message: string, retryable = false, cause?: unknown): DialtoneError {
  return new DialtoneError(code, message, { retryable, engine: KYUTAI, ...(cause === undefined ? {} : { cause }) });
}

/** All channels of the server are in use. It is told apart from a server that is down: waiting a moment helps. */
function noFreeChannel({ shown }: NamedServer): DialtoneError {
  const text =
    `the Kyutai server at ${shown} has no free channel: too many people are talking. Try again in a moment, or give the ` +
    'server a larger batch_size';
  return kyutaiError('engine_overloaded', text, true);
}

/** What the server itself says of an error. */
export function toldError(server: NamedServer, message: string): DialtoneError {
  if (/no free channel/i.test(message)) return noFreeChannel(server);
  const words = cleanText(message, MAX_WORDS).trim();
  return kyutaiError('engine_unavailable', `the Kyutai server at ${server.shown} reports an error: ${words}`, true);
}

/** The server cannot be reached. */
export function unreachable({ shown, setting }: NamedServer, cause: unknown): DialtoneError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const why = typeof code === 'string' ? ` (${code})` : '';
  const text = `the Kyutai server at ${shown} cannot be reached${why}: start it, or check ${setting}`;
  return kyutaiError('engine_unavailable', text, true, cause);
}

/** The server answers the upgrade with an HTTP status. */
export function refusedUpgrade({ shown, setting }: NamedServer, status: number): DialtoneError {
  if (status === 401 || status === 403) {
    return kyutaiError(
      'engine_auth',
      `the Kyutai server at ${shown} refused the key (${status}): check KYUTAI_API_KEY`,
    );
  }
  if (status === 429 || status === 503) return noFreeChannel({ shown, setting });
  if (status >= 500) {
    return kyutaiError(
      'engine_unavailable',
      `the Kyutai server at ${shown} has a problem of its own (${status})`,
      true,
    );
  }
  return kyutaiError(
    'engine_misconfigured',
    `the server at ${shown} has no Kyutai speech service there (${status}): check ${setting}`,
  );
}

/** The connection ended before the work was done. */
export function brokenOff({ shown }: NamedServer): DialtoneError {
  return kyutaiError('engine_bad_answer', `the Kyutai server at ${shown} closed the connection too early`, true);
}

/** Whether an error is that of {@link brokenOff}. */
export function isBrokenOff(error: unknown): boolean {
  return error instanceof DialtoneError && error.code === 'engine_bad_answer' && error.retryable;
}

/** What the server sends cannot be understood. @param what what is wrong with it, in our own words */
export function badMessage({ shown, setting }: NamedServer, what: string): DialtoneError {
  return kyutaiError(
    'engine_bad_answer',
    `the Kyutai server at ${shown} sent something unexpected: ${what}. Check ${setting}`,
  );
}

/** Nothing came in time. @param what what did not come */
export function tooLate({ shown }: NamedServer, what: string, ms: number): DialtoneError {
  return kyutaiError('engine_timeout', `the Kyutai server at ${shown} ${what} within ${ms / 1_000} s`, true);
}
