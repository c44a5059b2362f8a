import { createRoute } from '@hono/zod-openapi';
import type { Api } from '../api-type.ts';
import { configSchema, toConfig } from '../config-dto.ts';
import type { ApiDeps } from '../deps.ts';
import { forbiddenResponse, notReadyResponse, problem, problemResponse } from '../problem.ts';

const showRoute = createRoute({
  method: 'get',
  path: '/v1/config',
  summary: 'Which configuration runs, and how the last reload went',
  responses: {
    200: { description: 'The running configuration.', content: { 'application/json': { schema: configSchema } } },
    503: notReadyResponse,
  },
});

const reloadRoute = createRoute({
  method: 'post',
  path: '/v1/config/reload',
  summary: 'Read devices.json again now',
  description: 'Joins a reload under way. Devices that did not change are not touched; switches over REST end.',
  responses: {
    200: { description: 'It was read.', content: { 'application/json': { schema: configSchema } } },
    403: forbiddenResponse,
    422: problemResponse('The file is wrong; `errors` says how. The running configuration was kept.'),
    503: notReadyResponse,
  },
});

/** GET /v1/config and POST /v1/config/reload */
export function addConfigRoutes(api: Api, { config }: ApiDeps): void {
  api.openapi(showRoute, (c) => c.json(toConfig(config.status), 200));

  api.openapi(reloadRoute, async (c) => {
    const status = toConfig(await config.reload('api'));
    if (status.last_reload?.ok !== false) return c.json(status, 200);
    return problem(c, 422, 'config_invalid', 'devices.json is not right; the running configuration was kept', {
      errors: status.last_reload.errors,
    });
  });
}
