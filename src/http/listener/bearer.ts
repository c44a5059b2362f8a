import type { Context } from 'hono';

/** The token in a header `Authorization`; undefined: there is none. */
export function bearerIn(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

/** The token that a request bears; undefined: none. */
export function bearerOf(c: Context): string | undefined {
  return bearerIn(c.req.header('authorization'));
}
