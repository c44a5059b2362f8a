import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { problem } from './problem.ts';

/** For a route that takes no body: this much is ignored, bytes. */
const DEFAULT_BYTES = 4096;

/**
 * Refuses a body before it is read: one that is longer than its route takes (413), and one that does not say how long it
 * is (411). Not hono's bodyLimit: it makes a new Request out of the server's, which only a replaced global Request can do.
 * @param bytesByRoute the routes that take one, by their path as the router writes it
 */
export function bodyLimit(bytesByRoute: ReadonlyMap<string, number>): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.header('transfer-encoding') !== undefined) {
      return problem(c, 411, 'bad_request', 'send a Content-Length, or no body at all');
    }
    // The router's own match, not the path: see guard.ts.
    const maxBytes = Math.max(DEFAULT_BYTES, ...matchedRoutes(c).map(({ path }) => bytesByRoute.get(path) ?? 0));
    if (Number(c.req.header('content-length') ?? 0) <= maxBytes) return await next();
    return problem(c, 413, 'body_too_big', `a body may have at most ${maxBytes} bytes here`);
  };
}
