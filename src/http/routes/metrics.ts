import { createRoute, z } from '@hono/zod-openapi';
import type { TypedResponse } from 'hono';
import type { Api } from '../api-type.ts';
import type { ApiDeps } from '../deps.ts';

const route = createRoute({
  method: 'get',
  path: '/metrics',
  summary: 'Metrics for Prometheus',
  responses: {
    200: { description: 'Prometheus text format 0.0.4.', content: { 'text/plain': { schema: z.string() } } },
  },
});

/** GET /metrics */
export function addMetricsRoute(api: Api, { metrics }: ApiDeps): void {
  api.openapi(route, async (c) => {
    const pieces = await metrics.text();
    const length = pieces.reduce((sum, { length }) => sum + length, 0);
    // As one string, megabytes would be encoded and handed to the socket at once.
    const headers = { 'content-type': metrics.contentType, 'content-length': String(length) };
    const response: Response = c.body(ReadableStream.from(pieces), 200, headers);
    return response as typeof response & TypedResponse<string, 200, 'text'>;
  });
}
