import { timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { digestOf } from '../config/same-secret.ts';
import type { Secret } from '../core/secret.ts';
import type { ApiSettings } from './api-settings.ts';
import { isLoopback, isOwnName } from './loopback.ts';
import { problem } from './problem.ts';

/** Paths that need no token. Everything else, unknown paths included, is guarded. */
export const OPEN_ROUTES: ReadonlySet<string> = new Set([
  '/',
  '/livez',
  '/readyz',
  '/openapi.json',
  '/console',
  '/console/',
  '/console/:file',
]);

/** Paths whose requests are all POSTs, those that only read too: what is behind them asks what the token may do. */
const MIXED_ROUTES: ReadonlySet<string> = new Set(['/mcp']);

/**
 * Lets a request through when its sender may do what it asks: with a token when one is set (401, 403), and
 * otherwise unless a web page of another site sends it through a user's browser (403).
 *
 * Whether a route is open is asked of the router's own match, not of the path: no spelling of a path can then be one
 * thing to the guard and another to the router.
 */
export function guard(settings: ApiSettings): MiddlewareHandler {
  const open = settings.METRICS_AUTH ? OPEN_ROUTES : new Set([...OPEN_ROUTES, '/metrics']);
  const refuse = settings.API_TOKEN || settings.API_READ_TOKEN ? checkToken(settings) : checkOrigin(settings.HOST);
  return async (c, next) => {
    const isOpen = matchedRoutes(c).some(({ method, path }) => method === 'GET' && open.has(path));
    return (isOpen ? undefined : refuse(c)) ?? (await next());
  };
}

type Check = (c: Context) => Response | undefined;

/** What the sender of a request may do. */
export interface Access {
  readonly mayWrite: boolean;
  readonly mayRead: boolean;
  /** The token that was sent; undefined: none was, or nothing that could be one. */
  readonly given: string | undefined;
}

/** Tells what the sender of a request may do, by its header `Authorization`. Without any token set: everything. */
export function accessBy({ API_TOKEN, API_READ_TOKEN }: ApiSettings): (header: string | undefined) => Access {
  if (!API_TOKEN && !API_READ_TOKEN) return () => ({ mayWrite: true, mayRead: true, given: undefined });
  const isWriter = compareWith(API_TOKEN);
  const isReader = compareWith(API_READ_TOKEN);
  return (header) => {
    // Two headers arrive as one with a comma and a space, which no token holds.
    const given = header === undefined ? undefined : /^bearer +([\x21-\x7e]+)$/i.exec(header)?.[1];
    const digest = digestOf(given ?? '');
    // Both are compared, so that the time taken does not tell which one it was.
    const mayWrite = isWriter(digest) && given !== undefined;
    const mayRead = isReader(digest) && given !== undefined;
    return { mayWrite, mayRead, given };
  };
}

function checkToken(settings: ApiSettings): Check {
  const accessOf = accessBy(settings);
  return (c) => {
    const { mayWrite, mayRead, given } = accessOf(c.req.header('authorization'));
    if (!mayWrite && !mayRead) {
      c.header('www-authenticate', `Bearer realm="dialtone"${given === undefined ? '' : ', error="invalid_token"'}`);
      return problem(c, 401, 'unauthorized', 'send the API token as "Authorization: Bearer …"');
    }
    if (mayWrite || isReading(c) || matchedRoutes(c).some(({ path }) => MIXED_ROUTES.has(path))) return undefined;
    c.header('www-authenticate', 'Bearer realm="dialtone", error="insufficient_scope"');
    return problem(c, 403, 'forbidden', 'this token may only read; writing needs API_TOKEN');
  };
}

/** Whole digests are compared: their length says nothing, and a part of a token is as wrong as any other text. */
function compareWith(token: Secret | undefined): (digest: Buffer) => boolean {
  if (!token) return () => false;
  const expected = digestOf(token.reveal());
  return (digest) => timingSafeEqual(digest, expected);
}

function checkOrigin(ownHost: string): Check {
  const instead = isLoopback(ownHost)
    ? 'only names of this machine are answered to: use 127.0.0.1'
    : 'only addresses and names of a local network are answered to: use one of them, or set API_TOKEN';
  return (c) => {
    const host = c.req.header('host') ?? '';
    if (!isOwnName(host, ownHost)) return problem(c, 403, 'forbidden', `without API_TOKEN ${instead}`);
    const origin = c.req.header('origin');
    if (origin !== undefined && !isReading(c) && hostOf(origin) !== host.toLowerCase()) {
      return problem(c, 403, 'forbidden', 'without API_TOKEN no web page of another site may change anything here');
    }
    return undefined;
  };
}

/** Host and port of an `Origin`; undefined for `null` and anything else that names none. */
function hostOf(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase();
}

function isReading(c: Context): boolean {
  return c.req.method === 'GET' || c.req.method === 'HEAD';
}
