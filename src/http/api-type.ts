import type { HttpBindings } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';

/** The Hono app as its routes see it. The bindings are missing when a request did not come over a socket. */
export type Api = OpenAPIHono<{ Bindings: Partial<HttpBindings> }>;
