import { createRoute, z } from '@hono/zod-openapi';
import type { Api } from '../api-type.ts';
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
  security: [],
  responses: { 200: { description: 'The service.', content: { 'application/json': { schema: serviceSchema } } } },
});

/** GET / */
export function addServiceRoute(api: Api, { version }: ApiDeps): void {
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
          config: '/v1/config',
          config_example: '/v1/config/example',
          voices: '/v1/voices',
          events: '/v1/events',
          console: '/console',
          openapi: '/openapi.json',
        },
      },
      200,
    ),
  );
}
