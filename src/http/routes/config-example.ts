import { createRoute, z } from '@hono/zod-openapi';
import { EXAMPLE_CONFIG } from '../../protocols/example-config.ts';
import type { Api } from '../api-type.ts';

const exampleSchema = z
  .object({
    example_config: z
      .object({ $schema: z.string(), devices: z.array(z.record(z.string(), z.unknown())) })
      .openapi({ description: 'A devices.json; devices.schema.json in the repository describes it.' }),
    description: z.string(),
    note: z.string(),
  })
  .openapi('ConfigExample');

const route = createRoute({
  method: 'get',
  path: '/v1/config/example',
  summary: 'A devices.json to start from',
  responses: { 200: { description: 'The example.', content: { 'application/json': { schema: exampleSchema } } } },
});

/** GET /v1/config/example */
export function addConfigExampleRoute(api: Api): void {
  api.openapi(route, (c) =>
    c.json(
      {
        example_config: { $schema: EXAMPLE_CONFIG.$schema, devices: [...EXAMPLE_CONFIG.devices] },
        description: 'Example configuration for devices.json',
        note: "Put in your devices' host and port, and set 'enabled' to true for those to dial",
      },
      200,
    ),
  );
}
