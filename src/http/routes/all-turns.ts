import { createRoute, z } from '@hono/zod-openapi';
import { wholeNumberTextBetween } from '../../core/number-between.ts';
import type { Api } from '../api-type.ts';
import type { ApiDeps } from '../deps.ts';
import { notReadyResponse, problemResponse } from '../problem.ts';
import { toTurn, turnSchema } from '../turn-dto.ts';

/** So many without a `limit`. */
const DEFAULT_LIMIT = 50;

const atMost = (most: number) => wholeNumberTextBetween(1, most).optional();

const allTurnsSchema = z
  .object({
    turns: z.array(turnSchema.extend({ device: z.string() })).openapi({ description: 'Newest first.' }),
    recordings: z.boolean().openapi({ description: 'Whether turns are recorded: GET /v1/devices/{name}/recordings.' }),
  })
  .openapi('AllTurns');

const route = createRoute({
  method: 'get',
  path: '/v1/turns',
  summary: 'The last turns of all devices',
  description: 'Newest first. TURNS_KEPT of each device are kept, in memory.',
  request: {
    query: z.object({
      limit: atMost(1000).openapi({ description: `At most so many. Default: ${DEFAULT_LIMIT}.` }),
      per_device: atMost(1000).openapi({ description: 'At most so many of each device; `1`: what each said last.' }),
    }),
  },
  responses: {
    200: { description: 'The turns.', content: { 'application/json': { schema: allTurnsSchema } } },
    400: problemResponse('A limit is not right.'),
    503: notReadyResponse,
  },
});

/** GET /v1/turns */
export function addAllTurnsRoute(api: Api, { turns, recordings }: ApiDeps): void {
  api.openapi(route, (c) => {
    const { limit = DEFAULT_LIMIT, per_device: perDevice } = c.req.valid('query');
    const latest = turns.latest(limit, perDevice).map(({ device, record }) => ({ device, ...toTurn(record) }));
    return c.json({ turns: latest, recordings: recordings !== undefined }, 200);
  });
}
