import type { OutgoingHttpHeaders } from 'node:http';
import { DialtoneError } from '../core/errors.ts';
import type { FetchedText, FetchLimits } from './fetch-text.ts';

/** What a server said of a version of its answer, to ask it for newer ones only. */
export interface Validators {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

/** Headlines, newest first as they came, and how to ask for newer ones. */
export interface FetchedNews {
  readonly headlines: readonly string[];
  readonly validators: Validators;
}

/**
 * Asks for headlines. Throws DialtoneError; one that is not retryable will not go away by itself.
 * @param validators of the last answer; {} when there is none
 */
export type NewsFetch = (validators: Validators, signal: AbortSignal) => Promise<FetchedNews | 'unchanged'>;

/** The bounds of every request for news. */
export const NEWS_LIMITS: FetchLimits = { maxBytes: 1_000_000, timeoutMs: 10_000, maxRedirects: 5 };

/** The headers of a request that wants nothing but news. */
export function newsHeaders({ etag, lastModified }: Validators, accept: string): OutgoingHttpHeaders {
  return {
    accept,
    'accept-encoding': 'gzip',
    // Some servers refuse a client without a name.
    'user-agent': 'dialtone',
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

/**
 * Turns an answer into news.
 * @param source what the answer comes from, for errors
 * @param setting what to check when it refuses
 * @throws DialtoneError `engine_auth`, `engine_rate_limited`, `engine_unavailable`, `engine_bad_answer`
 */
export function newsFrom(
  { status, headers, text }: FetchedText,
  asked: Validators,
  read: (text: string) => readonly string[],
  { source, setting }: { readonly source: string; readonly setting: string },
): FetchedNews | 'unchanged' {
  const hadSome = asked.etag !== undefined || asked.lastModified !== undefined;
  if (status === 304 && hadSome) return 'unchanged';
  if (status === 401 || status === 403) {
    throw new DialtoneError('engine_auth', `${source} refused us (${status}): check ${setting}.`);
  }
  if (status === 429) {
    throw new DialtoneError('engine_rate_limited', `${source} was asked too often (429).`, { retryable: true });
  }
  if (status >= 500) {
    throw new DialtoneError('engine_unavailable', `${source} has a problem (${status}).`, { retryable: true });
  }
  if (status !== 200) throw new DialtoneError('engine_bad_answer', `${source} answered ${status}: check ${setting}.`);
  const headlines = read(text);
  if (headlines.length === 0) {
    throw new DialtoneError('engine_bad_answer', `${source} has no headlines.`, { retryable: true });
  }
  return { headlines, validators: { etag: headers.etag, lastModified: headers['last-modified'] } };
}
