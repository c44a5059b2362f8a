import { randomBytes } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { Api } from './api-type.ts';
import type { ApiDeps } from './deps.ts';
import { toStatusByName } from './device-dto.ts';
import { EventFeed } from './events/event-feed.ts';
import { guard } from './guard.ts';
import { problem } from './problem.ts';
import { addConfigRoutes } from './routes/config.ts';
import { addConfigExampleRoute } from './routes/config-example.ts';
import { addDeviceRoutes } from './routes/device.ts';
import { addEventRoute } from './routes/events.ts';
import { addFleetRoutes } from './routes/fleet.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addMetricsRoute } from './routes/metrics.ts';
import { addServiceRoute } from './routes/service.ts';

/** No route takes a body so far; this much is ignored, bytes. */
const MAX_BODY_BYTES = 4096;

/** Name of the way to authenticate, in the OpenAPI document. */
const SCHEME = 'api_token';

/**
 * The REST API: `fetch` answers a request, `close` ends the streams of events. Failures are RFC 9457 problems with a
 * stable `code`.
 */
export function createApi(deps: ApiDeps): Api & { close(): void } {
  const api: Api = new OpenAPIHono({
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      const detail = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      return problem(c, 400, 'bad_request', detail);
    },
  });

  api.onError((error, c) => {
    deps.onError(error);
    return problem(c, 500, 'internal', 'something went wrong here; the log says what');
  });
  api.notFound((c) => problem(c, 404, 'not_found', 'there is nothing at this path; GET / names what there is'));

  api.use(async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
    c.header('x-content-type-options', 'nosniff');
  });
  api.use(guard(deps.settings));
  // Not hono's bodyLimit: it makes a new Request out of the server's, which only a replaced global Request can do.
  api.use(async (c, next) => {
    if (c.req.header('transfer-encoding') !== undefined) {
      return problem(c, 411, 'bad_request', 'send a Content-Length, or no body at all');
    }
    if (Number(c.req.header('content-length') ?? 0) <= MAX_BODY_BYTES) return await next();
    return problem(c, 413, 'body_too_big', `a body may have at most ${MAX_BODY_BYTES} bytes`);
  });
  api.use(
    methodNotAllowed({
      app: api,
      onMethodNotAllowed: (c, methods) => {
        const response = problem(c, 405, 'method_not_allowed', `this path answers to ${methods.join(', ')}`);
        response.headers.set('allow', methods.join(', '));
        return response;
      },
    }),
  );

  addServiceRoute(api, deps);
  addHealthRoutes(api, deps);
  addMetricsRoute(api, deps);
  addConfigExampleRoute(api);
  // What follows needs the fleet.
  api.use('/v1/*', async (c, next) => {
    if (deps.readiness().initialised) return await next();
    return problem(c, 503, 'not_ready', 'devices.json has not been read yet: try again in a moment');
  });
  addFleetRoutes(api, deps);
  addDeviceRoutes(api, deps);
  addConfigRoutes(api, deps);
  const feed = new EventFeed({
    bus: deps.bus,
    clock: deps.clock,
    bootId: randomBytes(4).toString('hex'),
    snapshot: () => ({ devices: toStatusByName(deps.fleet.list()) }),
    onClients: (count) => deps.metrics.sseClients.set(count),
  });
  addEventRoute(api, feed);

  api.openAPIRegistry.registerComponent('securitySchemes', SCHEME, { type: 'http', scheme: 'bearer' });
  // Built once: it only changes with the program.
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    // A route that is open, or a backend without a token, needs none.
    security: [{ [SCHEME]: [] }, {}],
    info: {
      title: 'dialtone',
      version: deps.version,
      description: 'Dials voice devices and holds a spoken conversation with each of them.',
    },
  });
  api.get('/openapi.json', (c) => c.json(document));
  return Object.assign(api, { close: () => feed.close() });
}
