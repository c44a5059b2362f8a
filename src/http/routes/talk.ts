import { createRoute, z } from '@hono/zod-openapi';
import type { Api } from '../api-type.ts';
import type { ApiDeps } from '../deps.ts';
import { deviceParams, nameOf } from '../device-name.ts';
import { onceThere } from '../once-there.ts';
import { forbiddenResponse, notReadyResponse, problemResponse } from '../problem.ts';
import { bodyFailures, misconfiguredDevice, speechFailures, speechRefusal, unknownDevice } from '../refusals.ts';
import { askResultSchema, listenBodySchema, toAskResult } from '../speech-dto.ts';

const interruptedSchema = z
  .object({ interrupted: z.boolean().openapi({ description: 'false: there was nothing to interrupt.' }) })
  .openapi('Interrupted');

const interruptRoute = createRoute({
  method: 'post',
  path: '/{name}/interrupt',
  summary: 'Cut the answer in progress short',
  request: { params: deviceParams },
  responses: {
    200: { description: 'Done.', content: { 'application/json': { schema: interruptedSchema } } },
    ...speechFailures,
  },
});

const listeningSchema = z.object({ message: z.string(), device: z.string() }).openapi('Listening');

const listenRoute = createRoute({
  method: 'post',
  path: '/{name}/listen',
  summary: 'Open the microphone',
  description:
    'Whatever activation the device has: what is said next is a turn. With `wait: true` it is not replied to but told, as the answer ' +
    'of POST …/ask is.',
  request: { params: deviceParams, body: { content: { 'application/json': { schema: listenBodySchema } } } },
  responses: {
    200: { description: 'With `wait: true`.', content: { 'application/json': { schema: askResultSchema } } },
    ...bodyFailures,
    202: { description: 'It listens.', content: { 'application/json': { schema: listeningSchema } } },
    ...speechFailures,
  },
});

const forgetRoute = createRoute({
  method: 'delete',
  path: '/{name}/history',
  summary: 'Forget what was said with a device',
  description: 'What the language model is told of it; GET …/turns still shows the turns.',
  request: { params: deviceParams },
  responses: {
    204: { description: 'Forgotten.' },
    403: forbiddenResponse,
    404: problemResponse('No such device.'),
    409: problemResponse('Its entry in devices.json is wrong.'),
    503: notReadyResponse,
  },
});

/** POST /v1/devices/{name}/interrupt and /listen, DELETE /v1/devices/{name}/history */
export function addTalkRoutes(api: Api, { fleet }: ApiDeps): void {
  api.openapi(interruptRoute, (c) => {
    const name = nameOf(c);
    const result = fleet.interrupt(name);
    if (result !== 'accepted' && result !== 'nothing') return speechRefusal(c, result, name);
    return c.json({ interrupted: result === 'accepted' }, 200);
  });

  api.openapi(listenRoute, async (c) => {
    const name = nameOf(c);
    // It needs no body.
    const { wait = false, timeout = 15, wait_for_device = 0 } = c.req.valid('json') ?? {};
    await onceThere(fleet, name, wait_for_device);
    if (wait) {
      const heard = fleet.hear(name, { timeoutMs: timeout * 1_000 });
      if (typeof heard === 'string') return speechRefusal(c, heard, name);
      return c.json(toAskResult(await heard), 200);
    }
    const result = fleet.listen(name);
    if (result !== 'accepted') return speechRefusal(c, result, name);
    return c.json({ message: `Device '${name}' listens`, device: name }, 202);
  });

  api.openapi(forgetRoute, (c) => {
    const name = nameOf(c);
    const result = fleet.forgetHistory(name);
    if (result === 'unknown_device') return unknownDevice(c);
    if (result === 'misconfigured') return misconfiguredDevice(c, name);
    return c.body(null, 204);
  });
}
