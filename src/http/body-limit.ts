import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { problem } from './problem.ts';

/** For a route that takes no body: this much is ignored, bytes. */
const DEFAULT_BYTES = 4096;

/** The answer to a body that is not taken: its status, a stable code, and a sentence. */
type Refuse = (c: Context, status: 400 | 413, code: 'body_too_big' | 'bad_request', detail: string) => Response;

/** A request with its whole body, where the server looks for one before it reads. */
type ReadMessage = IncomingMessage & { rawBody?: Buffer };

/**
 * Refuses a body that is longer than its route takes (413): before it is read, where the request says how long it is
 * (`Content-Length`), and otherwise (`Transfer-Encoding: chunked`) as soon as more has come. Not hono's bodyLimit: it makes a new
 * Request out of the server's, which only a replaced global Request can do.
 * A route that reads its body as it comes counts chunks itself.
 * @param bytesByRoute the routes that take one, by their path as the router writes it
 * @param optional those of them that need none (default: each needs one): to say "application/json" and send nothing, as some clients always do, is to send {}
 * @param refuse default: a problem, as RFC 9457 has it
 */
export function bodyLimit(
  bytesByRoute: ReadonlyMap<string, number>,
  optional: ReadonlySet<string> = new Set(),
  streamed: ReadonlySet<string> = new Set(),
  refuse: Refuse = problem,
): MiddlewareHandler<{ Bindings: Partial<HttpBindings> }> {
  return async (c, next) => {
    // The router's own match, not the path: see guard.ts.
    const maxBytes = Math.max(DEFAULT_BYTES, ...matchedRoutes(c).map(({ path }) => bytesByRoute.get(path) ?? 0));
    const incoming: ReadMessage | undefined = c.env?.incoming;
    const isChunked = c.req.header('transfer-encoding') !== undefined;
    if (isChunked && matchedRoutes(c).some(({ path }) => streamed.has(path))) return await next();
    if (incoming && isChunked) {
      const body = await readUpTo(incoming, maxBytes);
      if (body === 'too_big') return tooBig(c, maxBytes, refuse);
      if (body === 'broken') return refuse(c, 400, 'bad_request', 'not all of the body came');
      incoming.rawBody = body;
    } else if (Number(c.req.header('content-length') ?? 0) > maxBytes) return tooBig(c, maxBytes, refuse);
    else if (incoming && isEmptyJson(c) && matchedRoutes(c).some(({ path }) => optional.has(path))) {
      incoming.rawBody = Buffer.from('{}');
    }
    return await next();
  };
}

function isEmptyJson(c: Context): boolean {
  const length = c.req.header('content-length');
  return (
    (length === undefined || length === '0') && c.req.header('content-type')?.startsWith('application/json') === true
  );
}

function tooBig(c: Context, maxBytes: number, refuse: Refuse): Response {
  const response = refuse(c, 413, 'body_too_big', `a body may have at most ${maxBytes} bytes here`);
  // The server reads what follows for half a second, so that a client that is still sending gets the answer: not for these two.
  if (c.req.method === 'GET' || c.req.method === 'HEAD') response.headers.set('connection', 'close');
  return response;
}

/** Reads a body, whose end may take as long as the server lets a request take (30 s). */
function readUpTo(incoming: IncomingMessage, maxBytes: number): Promise<Buffer | 'too_big' | 'broken'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (result: Buffer | 'too_big' | 'broken') => {
      incoming.off('data', take);
      incoming.off('end', end);
      resolve(result);
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > maxBytes) settle('too_big');
    };
    const end = () => settle(Buffer.concat(chunks));
    incoming.on('data', take);
    incoming.on('end', end);
    // Both may come later, when the answer is known: neither does harm then.
    incoming.on('error', () => settle('broken'));
    incoming.on('close', () => settle('broken'));
  });
}
