import type { Clock } from '../../core/clock.ts';
import { HttpConnections } from '../../core/http-connections.ts';
import { retryAfterMs } from '../../core/retry-after.ts';
import { badAnswer, connectionFailed, refused } from './download-error.ts';

/** An answer that is no redirect. */
export interface Answer {
  /** Who answered in the end. */
  readonly url: URL;
  readonly response: Response;
}

/** What to ask for. */
export interface FileRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly maxRedirects: number;
  readonly signal: AbortSignal;
}

/** The disk may be slower than the network, so not Node's own `fetch`. */
const connections = new HttpConnections({ idleMs: 0 });

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * GETs a file, its body unread. Redirects are followed, from https to https only.
 * @throws DialtoneError `model_download_failed`; the signal's reason
 */
export async function request(url: URL, { headers, maxRedirects, signal }: FileRequest): Promise<Answer> {
  let at = url;
  for (let redirects = 0; ; redirects++) {
    const response = await connections.fetch(at, { headers, redirect: 'manual', signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw connectionFailed(at, error);
    });
    if (!REDIRECTS.has(response.status)) return { url: at, response };
    await response.body?.cancel();
    if (redirects === maxRedirects) throw badAnswer(at, `redirects more than ${maxRedirects} times`);
    at = target(response, at);
  }
}

function target(response: Response, from: URL): URL {
  const location = response.headers.get('location') ?? '';
  if (location === '' || !URL.canParse(location, from.href)) throw badAnswer(from, 'redirects to nowhere');
  const url = new URL(location, from);
  if (!/^https?:$/.test(url.protocol)) throw badAnswer(from, 'redirects to something that is not http or https');
  if (from.protocol === 'https:' && url.protocol === 'http:') {
    throw badAnswer(from, 'redirects from https to http, where anybody could change the file');
  }
  // A name and password in it would have fetch refuse it.
  url.username = '';
  url.password = '';
  return url;
}

/** The error of an answer that is no file. */
export async function refusal({ url, response }: Answer, clock: Clock): Promise<Error> {
  await response.body?.cancel();
  const waitMs = retryAfterMs(response.headers.get('retry-after'), clock.wallNow());
  return refused(url, response.status, waitMs === undefined ? '' : `${Math.ceil(waitMs / 1000)} s`);
}
