import { createRoute, z } from '@hono/zod-openapi';
import { wholeNumberTextBetween } from '../../core/number-between.ts';
import type { Api } from '../api-type.ts';
import type { ApiDeps } from '../deps.ts';
import { deviceParams, nameOf } from '../device-name.ts';
import { notReadyResponse, problemResponse } from '../problem.ts';
import { unknownDevice } from '../refusals.ts';
import { toTurn, turnSchema } from '../turn-dto.ts';

const turnsSchema = z
  .object({ device: z.string(), turns: z.array(turnSchema).openapi({ description: 'Newest first.' }) })
  .openapi('Turns');

const route = createRoute({
  method: 'get',
  path: '/{name}/turns',
  summary: 'The last turns of a device: what was said, and how long each stage took',
  description: 'Newest first. TURNS_KEPT of each device are kept, in memory.',
  request: {
    params: deviceParams,
    query: z.object({
      limit: wholeNumberTextBetween(1, 1000)
        .optional()
        .openapi({ description: 'At most so many. Default: all that are kept.' }),
    }),
  },
  responses: {
    200: { description: 'The turns.', content: { 'application/json': { schema: turnsSchema } } },
    400: problemResponse('The limit is not right.'),
    404: problemResponse('No such device.'),
    503: notReadyResponse,
  },
});

/** GET /v1/devices/{name}/turns */
export function addTurnsRoute(api: Api, { fleet, turns }: ApiDeps): void {
  api.openapi(route, (c) => {
    const device = nameOf(c);
    if (!fleet.get(device)) return unknownDevice(c);
    return c.json({ device, turns: turns.of(device, c.req.valid('query').limit).map(toTurn) }, 200);
  });
}
