import { createRoute, z } from '@hono/zod-openapi';
import type { ConfigStatus } from '../../config/live/config-status.ts';
import type { EngineStatus } from '../../engines/fallback/health.ts';
import type { Api } from '../api-type.ts';
import type { ApiDeps, SpeechHost } from '../deps.ts';
import { summarise, summarySchema } from '../device-dto.ts';

/** The most devices that a problem names. */
const MAX_NAMED = 10;

const engineSchema = z.object({ id: z.string() });

const healthSchema = z
  .object({
    status: z.enum(['healthy', 'degraded', 'unhealthy']),
    service: z.literal('auto-connect'),
    message: z.string(),
    devices: summarySchema.optional(),
    problems: z.array(z.string()),
    engines: z
      .object({ stt: engineSchema, llm: engineSchema, tts: engineSchema })
      .openapi({ description: 'What hears, answers and speaks.' }),
    engine_states: z
      .array(
        z.object({
          kind: z.enum(['stt', 'llm', 'tts']),
          engine: z.string(),
          state: z.enum(['up', 'down', 'full']),
          since: z.string().nullable(),
          error: z.object({ class: z.string(), code: z.string(), message: z.string(), at: z.string() }).nullable(),
        }),
      )
      .openapi({
        description:
          'Every engine that is in use by any device: `full` has no room for more, `down` fails; another one of its list ' +
          '(`LLM=groq,openai`) does its work meanwhile. `error` is the last one, also of an engine that is up again.',
      }),
    speech_host: z.enum(['ready', 'starting', 'down', 'none']).openapi({
      description: 'The process in which native engines run, of several the worst; `none`: no engine needs one.',
    }),
    speech_hosts: z
      .array(z.object({ host: z.number().int(), state: z.enum(['ready', 'starting', 'down']) }))
      .openapi({ description: 'Each of these processes (`NATIVE_HOSTS`), by its number from 1.' }),
  })
  .openapi('Health');

const healthRoute = createRoute({
  method: 'get',
  path: '/v1/health',
  summary: 'How the fleet is, for people and monitors',
  description:
    '`healthy`: at least one device is connected, or none is enabled. `degraded`: none is connected though some are ' +
    'enabled, an engine is down, or devices.json is wrong somewhere. `unhealthy`: still starting. Without `strict` the answer is 200 as soon as the ' +
    'process has started: devices that are switched off are no reason to restart it.',
  request: {
    query: z.object({
      strict: z
        .enum(['0', '1', 'false', 'true'])
        .optional()
        .openapi({ description: '`1`: answer 503 unless the status is `healthy`.' }),
    }),
  },
  responses: {
    200: { description: 'The process has started.', content: { 'application/json': { schema: healthSchema } } },
    503: {
      description: 'Still starting; with `strict`, also not healthy.',
      content: { 'application/json': { schema: healthSchema } },
    },
  },
});

const livezRoute = createRoute({
  method: 'get',
  path: '/livez',
  security: [],
  summary: 'Whether this process answers at all',
  description: 'For the liveness probe and the Docker health check. Says nothing of devices or engines.',
  responses: {
    200: {
      description: 'It does.',
      content: { 'application/json': { schema: z.object({ status: z.literal('alive') }) } },
    },
  },
});

const readinessSchema = z
  .object({ status: z.enum(['ready', 'not_ready']), problems: z.array(z.string()) })
  .openapi('Readiness');

const readyzRoute = createRoute({
  method: 'get',
  path: '/readyz',
  security: [],
  summary: 'Whether this process does its work',
  description: 'For load balancers: devices.json was read, dialling has begun, the engines are up, no shutdown.',
  responses: {
    200: { description: 'Ready.', content: { 'application/json': { schema: readinessSchema } } },
    503: { description: 'Not ready.', content: { 'application/json': { schema: readinessSchema } } },
  },
});

/** What the owner of devices.json has to mend. It is no reason to restart the process: `/readyz` does not tell of it. */
function configProblems({ misconfigured, fallback }: ConfigStatus): string[] {
  const wrong = misconfigured.map(({ name }) => `"${name}"`).slice(0, MAX_NAMED);
  const more = misconfigured.length > MAX_NAMED ? ` and ${misconfigured.length - MAX_NAMED} more` : '';
  return [
    ...(wrong.length > 0 ? [`devices.json is wrong for ${wrong.join(', ')}${more}: GET /v1/config says what`] : []),
    ...(fallback === null ? [] : ['devices.json cannot be used, its last good copy runs: GET /v1/config says why']),
  ];
}

function engineProblem({ kind, engine, state, lastError }: EngineStatus): string[] {
  if (state === 'up') return [];
  const what = state === 'full' ? 'has no room for more' : 'is down';
  return [`${kind} "${engine}" ${what}${lastError ? `: ${lastError.message}` : ''}`];
}

function toEngineStateDto({ kind, engine, state, sinceMs, lastError }: EngineStatus) {
  const at = (ms: number) => new Date(ms).toISOString();
  const error = lastError
    ? { class: lastError.class, code: lastError.code, message: lastError.message, at: at(lastError.atMs) }
    : null;
  return { kind, engine, state, since: sinceMs === undefined ? null : at(sinceMs), error };
}

function worst(hosts: readonly SpeechHost[]): SpeechHost['state'] | 'none' {
  const states = new Set(hosts.map(({ state }) => state));
  return (['down', 'starting', 'ready'] as const).find((state) => states.has(state)) ?? 'none';
}

/** GET /v1/health, /livez and /readyz */
export function addHealthRoutes(api: Api, { fleet, readiness, engines, engineStatus, config }: ApiDeps): void {
  api.openapi(healthRoute, (c) => {
    const { strict } = c.req.valid('query');
    const { initialised, problems, speechHosts } = readiness();
    const service = 'auto-connect';
    const states = engineStatus?.() ?? [];
    const rest = {
      problems: [...problems, ...states.flatMap(engineProblem)],
      engines: { stt: { id: engines.stt.id }, llm: { id: engines.llm.id }, tts: { id: engines.tts.id } },
      engine_states: states.map(toEngineStateDto),
      speech_host: worst(speechHosts),
      speech_hosts: speechHosts.map(({ host, state }) => ({ host, state })),
    };
    if (!initialised) return c.json({ status: 'unhealthy', service, message: 'starting', ...rest }, 503);
    const devices = summarise(fleet.list());
    rest.problems.push(...configProblems(config.status));
    const healthy = (devices.connected > 0 || devices.enabled === 0) && rest.problems.length === 0;
    return c.json(
      {
        status: healthy ? 'healthy' : 'degraded',
        service,
        devices,
        message: `${devices.connected}/${devices.enabled} devices connected`,
        ...rest,
      },
      !healthy && (strict === '1' || strict === 'true') ? 503 : 200,
    );
  });

  api.openapi(livezRoute, (c) => c.json({ status: 'alive' }, 200));

  api.openapi(readyzRoute, (c) => {
    const { initialised, problems } = readiness();
    if (!initialised) return c.json({ status: 'not_ready', problems: ['starting', ...problems] }, 503);
    if (problems.length > 0) return c.json({ status: 'not_ready', problems: [...problems] }, 503);
    return c.json({ status: 'ready', problems: [] }, 200);
  });
}
