import { randomBytes } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { describeIssues } from '../config/json/describe-issues.ts';
import { cleanText } from '../core/clean-text.ts';
import { MAX_AVATAR_BYTES } from '../protocols/device-tools.ts';
import type { Api } from './api-type.ts';
import { bodyLimit } from './body-limit.ts';
import type { ApiDeps } from './deps.ts';
import { describeRefusals } from './described-refusals.ts';
import { toStatusByName } from './device-dto.ts';
import { EventFeed } from './events/event-feed.ts';
import { guard, OPEN_ROUTES } from './guard.ts';
import { maxPictureBody } from './pictures/picture-body.ts';
import { problem } from './problem.ts';
import { addAllTurnsRoute } from './routes/all-turns.ts';
import { addAnnounceRoute } from './routes/announce.ts';
import { addAvatarSetRoute } from './routes/avatar-set.ts';
import { addConfigRoutes } from './routes/config.ts';
import { addConfigExampleRoute } from './routes/config-example.ts';
import { addConsoleRoutes } from './routes/console.ts';
import { addDeviceRoutes } from './routes/device.ts';
import { addDiscoveredRoute } from './routes/discovered.ts';
import { addEventRoute } from './routes/events.ts';
import { addFleetRoutes } from './routes/fleet.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addImageRoute } from './routes/image.ts';
import { addMcpRoute } from './routes/mcp.ts';
import { addMetricsRoute } from './routes/metrics.ts';
import { addPcmRoute, MAX_PCM_BYTES } from './routes/pcm.ts';
import { addRecordingRoutes } from './routes/recordings.ts';
import { addSayRoutes } from './routes/say.ts';
import { addServiceRoute } from './routes/service.ts';
import { addTalkRoutes } from './routes/talk.ts';
import { addToolRoutes } from './routes/tools.ts';
import { addTurnsRoute } from './routes/turns.ts';
import { addTokenRoute, addUnknownDevicesRoutes } from './routes/unknown-devices.ts';
import { addVoicesRoute } from './routes/voices.ts';

/**
 * Where the routes about one device are. The first one is for any name: a device called `status` has no other. It comes first,
 * since a device may also be called `by-name`.
 */
const DEVICE_PATHS = ['/v1/devices/by-name', '/v1/devices'] as const;

/** Routes that take a body, and how much of it, bytes. A text of 2,000 characters may be 12 kB of JSON escapes. */
const BODY_BYTES: ReadonlyMap<string, number> = new Map([
  ...DEVICE_PATHS.flatMap((path) =>
    ['say', 'ask', 'tools/:tool'].map((route) => [`${path}/:name/${route}`, 16_384] as const),
  ),
  ...DEVICE_PATHS.map((path) => [`${path}/:name/pcm`, MAX_PCM_BYTES] as const),
  ...DEVICE_PATHS.map((path) => [`${path}/:name/avatar-set`, MAX_AVATAR_BYTES] as const),
  ['/v1/announce', 65_536],
  ['/mcp', 262_144],
]);

/** Routes that read their body as it comes. */
const STREAMED_BODIES: ReadonlySet<string> = new Set(DEVICE_PATHS.map((path) => `${path}/:name/pcm`));

/** Routes that take a body and need none. */
const OPTIONAL_BODIES: ReadonlySet<string> = new Set(
  DEVICE_PATHS.flatMap((path) => [`${path}/:name/listen`, `${path}/:name/tools/:tool`]),
);

/** Longest list of what is wrong with a request, UTF-16 units. */
const MAX_DETAIL = 1_000;

/** What is checked of a request, by the name of Hono, as callers know it. */
const PARTS: Readonly<Record<string, string>> = {
  json: 'the body',
  form: 'the body',
  query: 'the query',
  header: 'the headers',
  param: 'the path',
};

/** Name of the way to authenticate, in the OpenAPI document. */
const SCHEME = 'api_token';

/**
 * The REST API: `fetch` answers a request, `close` ends the streams of events. Failures are RFC 9457 problems with a
 * stable `code`.
 */
export function createApi(deps: ApiDeps): Api & { close(): void } {
  const api = newApi();

  api.onError((error, c) => {
    if (error instanceof HTTPException && error.status === 415) {
      return problem(c, 415, 'bad_request', 'send JSON, and "Content-Type: application/json" with it');
    }
    if (error instanceof HTTPException && error.status === 400) {
      return problem(c, 400, 'bad_request', 'the body is no JSON, or not all of it came');
    }
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
  const imageBytes = maxPictureBody(deps.settings.MAX_IMAGE_SIZE_BYTES);
  const images = DEVICE_PATHS.map((path) => [`${path}/:name/image`, imageBytes] as const);
  api.use(bodyLimit(new Map([...BODY_BYTES, ...images]), OPTIONAL_BODIES, STREAMED_BODIES));
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
  addConsoleRoutes(api);
  addVoicesRoute(api, deps);
  // What follows needs the fleet.
  api.use('/v1/*', async (c, next) => {
    if (deps.readiness().initialised) return await next();
    return problem(c, 503, 'not_ready', 'devices.json has not been read yet: try again in a moment');
  });
  addFleetRoutes(api, deps);
  addUnknownDevicesRoutes(api, deps);
  addAllTurnsRoute(api, deps);
  addDiscoveredRoute(api, deps);
  const device = newApi();
  for (const add of [
    addDeviceRoutes,
    addSayRoutes,
    addPcmRoute,
    addTalkRoutes,
    addImageRoute,
    addToolRoutes,
    addTurnsRoute,
    addRecordingRoutes,
    addTokenRoute,
    addAvatarSetRoute,
  ])
    add(device, deps);
  for (const path of DEVICE_PATHS) api.route(path, device);
  addAnnounceRoute(api, deps);
  addConfigRoutes(api, deps);
  const feed = new EventFeed({
    bus: deps.bus,
    clock: deps.clock,
    bootId: randomBytes(4).toString('hex'),
    snapshot: () => ({ devices: toStatusByName(deps.fleet.list()) }),
    onClients: (count) => deps.metrics.sseClients.set(count),
  });
  addEventRoute(api, feed, deps);
  const endMcp = addMcpRoute(api, deps);

  api.openAPIRegistry.registerComponent('securitySchemes', SCHEME, { type: 'http', scheme: 'bearer' });
  // Built once: it only changes with the program.
  const described = api.getOpenAPI31Document({
    openapi: '3.1.0',
    // A route that is open, or a backend without a token, needs none.
    security: [{ [SCHEME]: [] }, {}],
    info: {
      title: 'dialtone',
      version: deps.version,
      description: 'Dials voice devices and holds a spoken conversation with each of them.',
    },
  });
  const document = describeRefusals(described, OPEN_ROUTES);
  api.get('/openapi.json', (c) => c.json(document));
  return Object.assign(api, {
    close: () => {
      feed.close();
      endMcp();
    },
  });
}

/** An app that says what is wrong with a request. */
function newApi(): Api {
  return new OpenAPIHono({
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      const { data, target, error } = result as typeof result & { readonly data: unknown };
      const problems = new Set(describeIssues(error.issues, data, [], PARTS[target] ?? 'the request'));
      return problem(c, 400, 'bad_request', cleanText([...problems].join('; '), MAX_DETAIL));
    },
  });
}
