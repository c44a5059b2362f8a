import { cleanText } from '../../core/clean-text.ts';
import { DialtoneError, type DialtoneErrorOptions, type ErrorCode } from '../../core/errors.ts';
import type { TcpAddress } from '../../core/tcp-address.ts';
import { wordsWithout } from '../openai/requests/show-words.ts';

/** The engine's name, as in settings and metrics. */
export const WYOMING = 'wyoming';

/** The server of an engine, with what errors about it name. */
export interface WyomingServer extends TcpAddress {
  /** The environment variable that holds its address. */
  readonly variable: string;
}

/** The most of a server's own words in an error, characters. */
const MAX_WORDS = 200;

/** An error of a Wyoming engine. */
export function wyomingError(code: ErrorCode, message: string, options: DialtoneErrorOptions = {}): DialtoneError {
  return new DialtoneError(code, message, { ...options, engine: WYOMING });
}

/** No connection was made. @param why a system code such as ECONNREFUSED, or the time limit */
export function unreachable({ url, variable }: WyomingServer, why: string): DialtoneError {
  return wyomingError(
    'engine_unavailable',
    `The Wyoming server ${url} cannot be reached (${why}): check that it runs, and ${variable}.`,
    { retryable: true },
  );
}

/** The server was silent too long. */
export function tooLate({ url }: WyomingServer): DialtoneError {
  return wyomingError('engine_timeout', `The Wyoming server ${url} did not answer in time.`, { retryable: true });
}

/** The connection ended before the answer was complete. */
export function brokenOff({ url }: WyomingServer): DialtoneError {
  return wyomingError('engine_bad_answer', `The answer of the Wyoming server ${url} broke off before its end.`, {
    retryable: true,
  });
}

/** Whether an error is that of {@link brokenOff}. */
export function isBrokenOff(error: unknown): boolean {
  return error instanceof DialtoneError && error.code === 'engine_bad_answer' && error.retryable;
}

/** The answer is not what the protocol promises. @param what what is wrong with it, in our own words */
export function badAnswer(what: string): DialtoneError {
  return wyomingError('engine_bad_answer', `The answer of the Wyoming server cannot be read: ${what}.`);
}

/**
 * The server sent an `error` event.
 * @param sent texts of the conversation in the request: the error does not repeat them
 */
export function toldError({ url }: WyomingServer, text: unknown, sent: readonly string[] = []): DialtoneError {
  const words = typeof text === 'string' ? wordsWithout(undefined, sent)(text) : '';
  const shown = cleanText(words.replace(/\s+/g, ' ').trim(), MAX_WORDS).replace(/[\s.]+$/, '');
  return wyomingError(
    'engine_unavailable',
    `The Wyoming server ${url} ended with an error${shown === '' ? '' : `: ${shown}`}.`,
    { retryable: true },
  );
}
