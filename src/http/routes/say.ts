import { createRoute, z } from '@hono/zod-openapi';
import type { Api } from '../api-type.ts';
import type { ApiDeps } from '../deps.ts';
import { deviceParams, nameOf } from '../device-name.ts';
import { bodyFailures, isKnownVoice, speechFailures, speechRefusal, unknownVoice } from '../refusals.ts';
import {
  askBodySchema,
  askResultSchema,
  sayBodySchema,
  sayResultSchema,
  toAskRequest,
  toAskResult,
  toSayRequest,
  toSayResult,
} from '../speech-dto.ts';

const queuedSchema = z.object({ message: z.string(), device: z.string() }).openapi('Queued');

const sayRoute = createRoute({
  method: 'post',
  path: '/{name}/say',
  summary: 'Have a device say something',
  description:
    'Answers when it was played, or will not be: the result says what the loudspeaker has played. It waits for the turn ' +
    'in progress. Hanging up does not stop it.',
  request: {
    params: deviceParams,
    body: { required: true, content: { 'application/json': { schema: sayBodySchema } } },
  },
  responses: {
    200: { description: 'What became of it.', content: { 'application/json': { schema: sayResultSchema } } },
    202: { description: 'With `wait: false`.', content: { 'application/json': { schema: queuedSchema } } },
    ...bodyFailures,
    ...speechFailures,
  },
});

const askRoute = createRoute({
  method: 'post',
  path: '/{name}/ask',
  summary: 'Have a device ask something, and get what the user says to it',
  description:
    'Answers when the user has answered, or has not: after the question, `timeout` and the length of the answer. The ' +
    'device does not reply to that answer.',
  request: {
    params: deviceParams,
    body: { required: true, content: { 'application/json': { schema: askBodySchema } } },
  },
  responses: {
    200: { description: 'What became of it.', content: { 'application/json': { schema: askResultSchema } } },
    ...bodyFailures,
    ...speechFailures,
  },
});

/** POST /v1/devices/{name}/say and /ask. A client that hangs up leaves nothing behind: what was begun is said. */
export function addSayRoutes(api: Api, { fleet, voices, onError }: ApiDeps): void {
  api.openapi(sayRoute, async (c) => {
    const name = nameOf(c);
    const { wait, listen_after, wait_for_device, ...body } = c.req.valid('json');
    if (!isKnownVoice(voices, body.voice)) return unknownVoice(c, voices);
    const request = toSayRequest(body, listen_after);
    if (!wait && wait_for_device > 0 && isAway(fleet, name)) {
      // Its end is not waited for; a device that never comes says nothing.
      void fleet
        .whenReady(name, wait_for_device * 1_000)
        .then(async (isReady) => {
          if (isReady) await fleet.say(name, request);
        })
        .catch(onError);
      return c.json({ message: `Device '${name}' will say it once it is connected`, device: name }, 202);
    }
    if (wait_for_device > 0) await fleet.whenReady(name, wait_for_device * 1_000);
    const result = fleet.say(name, request);
    if (typeof result === 'string') return speechRefusal(c, result, name);
    if (wait) return c.json(toSayResult(await result), 200);
    result.catch(onError);
    return c.json({ message: `Device '${name}' will say it`, device: name }, 202);
  });

  api.openapi(askRoute, async (c) => {
    const name = nameOf(c);
    const { wait_for_device, ...body } = c.req.valid('json');
    if (!isKnownVoice(voices, body.voice)) return unknownVoice(c, voices);
    if (wait_for_device > 0) await fleet.whenReady(name, wait_for_device * 1_000);
    const result = fleet.ask(name, toAskRequest(body));
    if (typeof result === 'string') return speechRefusal(c, result, name);
    return c.json(toAskResult(await result), 200);
  });
}

/** A device that could come, but is not there. */
function isAway(fleet: ApiDeps['fleet'], name: string): boolean {
  const state = fleet.get(name)?.state;
  return state !== undefined && state !== 'ready' && state !== 'disabled' && state !== 'misconfigured';
}
