import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Codes of failed requests. Stable, as those of errors.ts are. */
export const PROBLEM_CODES = [
  'bad_request',
  'body_too_big',
  'busy',
  'command_not_allowed',
  'config_invalid',
  'device_disabled',
  'device_misconfigured',
  'forbidden',
  'internal',
  'method_not_allowed',
  'not_connected',
  'not_found',
  'not_ready',
  'too_many_clients',
  'too_soon',
  'tool_bad_arguments',
  'tool_failed',
  'tool_timeout',
  'tool_unknown',
  'unauthorized',
  'unknown_device',
] as const;

/** The code of a failed request. */
export type ProblemCode = (typeof PROBLEM_CODES)[number];

const CONTENT_TYPE = 'application/problem+json';

/** What a failed request gets: RFC 9457, with our `code`. `detail` is also where the original put its text. */
const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    code: z.enum(PROBLEM_CODES),
    detail: z.string(),
    errors: z.array(z.string()).optional().openapi({ description: 'Of `config_invalid`: everything that is wrong.' }),
  })
  .openapi('Problem');

const TITLES: Readonly<Record<ProblemCode, string>> = {
  bad_request: 'Bad request',
  body_too_big: 'Content too large',
  busy: 'Busy',
  command_not_allowed: 'Command is not allowed',
  config_invalid: 'devices.json is not right',
  device_disabled: 'Device is disabled',
  device_misconfigured: 'Device is misconfigured',
  forbidden: 'Forbidden',
  internal: 'Internal error',
  method_not_allowed: 'Method not allowed',
  not_connected: 'Not connected',
  not_found: 'Not found',
  not_ready: 'Not ready',
  too_many_clients: 'Too many clients',
  too_soon: 'Too soon',
  tool_bad_arguments: 'Arguments are not right',
  tool_failed: 'Function failed',
  tool_timeout: 'No result in time',
  tool_unknown: 'Unknown function',
  unauthorized: 'Unauthorized',
  unknown_device: 'Unknown device',
};

/** The answer to a failed request. */
export function problem<S extends ContentfulStatusCode>(
  c: Context,
  status: S,
  code: ProblemCode,
  detail: string,
  more: { readonly errors?: string[] } = {},
) {
  const title = TITLES[code];
  const body: z.output<typeof problemSchema> = { type: 'about:blank', title, status, code, detail, ...more };
  return c.json(body, status, { 'content-type': CONTENT_TYPE });
}

/** How a route's document names a failed request. */
export function problemResponse(description: string) {
  return { description, content: { [CONTENT_TYPE]: { schema: problemSchema } } } as const;
}

/** The 403 of every route that changes something. */
export const forbiddenResponse = problemResponse('The token may only read; or, without a token, another site asks.');

/** The 503 of every route that needs the fleet. */
export const notReadyResponse = problemResponse('devices.json has not been read yet.');
