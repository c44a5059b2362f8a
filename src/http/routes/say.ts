import { createRoute, z } from '@hono/zod-openapi';
import type { Api } from '../api-type.ts';
import type { ApiDeps } from '../deps.ts';
import { deviceParams, nameOf } from '../device-name.ts';
import { isAway, onceThere, sayOnceThere } from '../once-there.ts';
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
    const isLater = isAway(fleet, name);
    const said = sayOnceThere(fleet, name, toSayRequest(body, listen_after), wait_for_device);
    if (!wait && typeof said !== 'string') {
      // Its end is not waited for; a device that never comes says nothing.
      said.catch(onError);
      return c.json(
        { message: `Device '${name}' will say it${isLater ? ' once it is connected' : ''}`, device: name },
        202,
      );
    }
    const result = await said;
    if (typeof result === 'string') return speechRefusal(c, result, name);
    return c.json(toSayResult(result), 200);
  });

  api.openapi(askRoute, async (c) => {
    const name = nameOf(c);
    const { wait_for_device, ...body } = c.req.valid('json');
    if (!isKnownVoice(voices, body.voice)) return unknownVoice(c, voices);
    await onceThere(fleet, name, wait_for_device);
    const result = fleet.ask(name, toAskRequest(body));
    if (typeof result === 'string') return speechRefusal(c, result, name);
    return c.json(toAskResult(await result), 200);
  });
}
