import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { createRoute, z } from '@hono/zod-openapi';
import type { Api } from '../api-type.ts';
import type { ApiDeps } from '../deps.ts';
import type { EventFeed } from '../events/event-feed.ts';
import { problem, problemResponse } from '../problem.ts';

const EVENT_STREAM = 'text/event-stream';

const route = createRoute({
  method: 'get',
  path: '/v1/events',
  summary: 'What happens, as it happens',
  description:
    'Server-sent events; `data` is JSON with `type`, `at` and the fields of the type. First comes `snapshot` with `devices`, ' +
    'as in GET /v1/devices/status; a client that sends the `Last-Event-ID` of one of the last 500 events gets what it ' +
    'missed instead. Types: `device.state`, `device.attempt`, `device.status`, `turn.started`, `turn.heard`, ' +
    '`turn.speaking`, `turn.ended`, `tool.call`, `engine.error`, `engine.state`, `speech_host.state`, `config.reloaded`. A comment comes every 15 s. ' +
    'A client that does not read is dropped.',
  request: {
    query: z.object({
      transcripts: z.enum(['0', '1', 'false', 'true']).optional().openapi({
        description: '`1`: with what was said (`text`, `heard`, `answer`, `written`), unless LOG_TRANSCRIPTS=false.',
      }),
    }),
    headers: z.object({
      'last-event-id': z.string().optional().openapi({ description: 'An id that is not known is ignored.' }),
    }),
  },
  responses: {
    200: { description: 'The stream.', content: { [EVENT_STREAM]: { schema: z.string() } } },
    503: problemResponse('Too many clients, or devices.json has not been read yet.'),
  },
});

/** GET /v1/events */
export function addEventRoute(api: Api, feed: EventFeed, { settings }: Pick<ApiDeps, 'settings'>): void {
  api.openapi(route, (c) => {
    const { transcripts } = c.req.valid('query');
    const isWanted = transcripts === '1' || transcripts === 'true';
    // Of a request that came over no socket there is nothing to write to.
    const outgoing = c.env?.outgoing as ServerResponse | undefined;
    if (c.req.method === 'HEAD' || !outgoing) return c.body(null, 200, { 'content-type': EVENT_STREAM });
    if (feed.isFull) {
      c.header('retry-after', '10');
      return problem(c, 503, 'too_many_clients', 'there are as many clients as are served: try again later');
    }
    feed.connect(outgoing, {
      audience: isWanted && settings.LOG_TRANSCRIPTS ? 'transcripts' : 'plain',
      lastEventId: c.req.header('last-event-id'),
    });
    return RESPONSE_ALREADY_SENT;
  });
}
