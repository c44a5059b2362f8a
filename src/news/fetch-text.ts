import http, { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { Clock } from '../core/clock.ts';
import { DialtoneError } from '../core/errors.ts';
import { readText } from './body-text.ts';
import { checkFeedHost, feedLookup, isLocalAddress } from './feed-addresses.ts';

/** The bounds of a request. */
export interface FetchLimits {
  /** Bytes of the body, unpacked. */
  readonly maxBytes: number;
  /** For everything together, redirects included, milliseconds. */
  readonly timeoutMs: number;
  readonly maxRedirects: number;
}

/** What to ask for. */
export interface FetchRequest {
  readonly headers: OutgoingHttpHeaders;
  readonly limits: FetchLimits;
  readonly clock: Clock;
  /** Aborting it ends the request with an AbortError. */
  readonly signal: AbortSignal;
}

/** An answer that is no redirect. The text is read for status 200 only. */
export interface FetchedText {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * GETs a text over http or https, within bounds, from addresses that may be asked. The headers go along with redirects, a
 * name and password in the URL do not.
 * @throws DialtoneError `engine_timeout`, `engine_unavailable`, `engine_bad_answer`, `address_refused`; an AbortError
 */
export async function fetchText(url: URL, { headers, limits, clock, signal }: FetchRequest): Promise<FetchedText> {
  const timeout = new AbortController();
  const timer = clock.setTimer(() => timeout.abort(), limits.timeoutMs);
  const ending = AbortSignal.any([signal, timeout.signal]);
  let at = url;
  try {
    let mayBeLocal = true;
    for (let redirects = 0; ; redirects++) {
      const response = await get(at, { headers, mayBeLocal, clock, signal: ending });
      const next = redirectOf(response, at);
      if (next === undefined) {
        const status = response.statusCode ?? 0;
        if (status !== 200) response.destroy();
        return { status, headers: response.headers, text: status === 200 ? await readText(response, limits) : '' };
      }
      mayBeLocal &&= isLocalAddress(response.socket.remoteAddress ?? '');
      response.destroy();
      if (redirects === limits.maxRedirects) throw badAnswer(at, `redirects more than ${limits.maxRedirects} times`);
      at = next;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.signal.aborted) {
      const text = `${at.host} did not answer within ${limits.timeoutMs / 1000} s.`;
      throw new DialtoneError('engine_timeout', text, { retryable: true });
    }
    throw toFetchError(error, at);
  } finally {
    clock.clearTimer(timer);
  }
}

interface OneRequest extends Pick<FetchRequest, 'headers' | 'clock' | 'signal'> {
  readonly mayBeLocal: boolean;
}

function get(url: URL, { headers, mayBeLocal, clock, signal }: OneRequest): Promise<IncomingMessage> {
  checkFeedHost(url.hostname, mayBeLocal);
  const { get: send } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    // One connection a request: hours lie between two.
    const options = { agent: false, headers, lookup: feedLookup(mayBeLocal, clock), signal } as const;
    const request = send(url, options, (response) => {
      // The reader of the body gets the error, too; without a reader it must not end the process.
      response.on('error', () => undefined);
      resolve(response);
    });
    request.on('error', reject);
  });
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return undefined;
  const { location = '' } = headers;
  if (location === '' || !URL.canParse(location, from.href)) throw badAnswer(from, 'redirects to nowhere');
  const url = new URL(location, from);
  if (!/^https?:$/.test(url.protocol)) throw badAnswer(from, 'redirects to something that is not http or https');
  return url;
}

function badAnswer({ host }: URL, what: string): DialtoneError {
  return new DialtoneError('engine_bad_answer', `${host} ${what}.`, { retryable: true });
}

/** The text is ours: a URL may hold a key or a password. */
function toFetchError(error: unknown, url: URL): DialtoneError {
  // A look-up that failed is reported like one of the resolver (ENOTFOUND).
  if (error instanceof DialtoneError && error.code !== 'dns_failed') return error;
  const code = String((error as NodeJS.ErrnoException).code ?? 'no reason given');
  if (/^(Z_|ERR__ERROR_|ERR_BROTLI|HPE_)/.test(code)) return badAnswer(url, `sent what cannot be read (${code})`);
  const text = `${url.host} cannot be reached (${code}).`;
  return new DialtoneError('engine_unavailable', text, { retryable: true, cause: error });
}
