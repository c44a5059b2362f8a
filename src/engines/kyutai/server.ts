import type { NamedServer } from './kyutai-error.ts';

/** A service of a Kyutai server (moshi-server), as it is reached. */
export interface KyutaiServer extends NamedServer {
  /** WebSocket address of the service, with its path and query. */
  readonly url: URL;
}

/**
 * Understands the address of a server as people write it: with http or ws, with or without a port, a slash at the end, a
 * path in front, or the path of the service itself.
 * @param given an absolute address with http(s) or ws(s)
 * @param path of the service, as in `/api/asr-streaming`
 * @param setting the setting that holds the address, for errors
 */
export function kyutaiServer(given: string, path: string, setting: string): KyutaiServer {
  const url = new URL(given.replace(/^http/i, 'ws'));
  const before = url.pathname.replace(/\/+$/, '');
  url.pathname = before.endsWith(path) ? before : `${before}${path}`;
  url.hash = '';
  return { url, shown: `${url.protocol}//${url.host}${url.pathname}`, setting };
}
