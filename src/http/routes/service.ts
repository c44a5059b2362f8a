import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiDeps } from '../deps.ts';

const serviceSchema = z
  .object({
    service: z.string(),
    message: z.string(),
    version: z.string(),
    endpoints: z.record(z.string(), z.string()),
  })
  .openapi('Service');

const route = createRoute({
  method: 'get',
  path: '/',
  summary: 'What this is, and where to look next',
  responses: { 200: { description: 'The service.', content: { 'application/json': { schema: serviceSchema } } } },
});

/** GET / */
export function addServiceRoute(api: OpenAPIHono, { version }: ApiDeps): void {
  api.openapi(route, (c) =>
    c.json(
      {
        service: 'dialtone',
        message: 'Dials the devices of devices.json and holds a spoken conversation with each of them',
        version,
        endpoints: {
          health: '/v1/health',
          devices: '/v1/devices',
          status: '/v1/devices/status',
          metrics: '/metrics',
          config_example: '/v1/config/example',
          openapi: '/openapi.json',
        },
      },
      200,
    ),
  );
}
