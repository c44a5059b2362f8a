import { createRoute, z } from '@hono/zod-openapi';
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
  api.openapi(route, async (c) => c.text(await metrics.text(), 200, { 'content-type': metrics.contentType }));
}
