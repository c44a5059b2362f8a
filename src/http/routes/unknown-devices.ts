import { createRoute, z } from '@hono/zod-openapi';
import { cleanText } from '../../core/clean-text.ts';
import { adoptedName } from '../../fleet/accepting/adopted-name.ts';
import type { Api } from '../api-type.ts';
import type { ApiDeps } from '../deps.ts';
import { iso } from '../device-dto.ts';
import { deviceParams, nameOf } from '../device-name.ts';
import { forbiddenResponse, notReadyResponse, problem, problemResponse } from '../problem.ts';
import { misconfiguredDevice, unknownDevice } from '../refusals.ts';

const unknownSchema = z
  .object({
    protocol: z.string(),
    id: z.string().openapi({ description: 'What it says it is; its IP address when it says nothing.' }),
    address: z.string().openapi({ description: 'IP address that it came from.' }),
    user_agent: z.string().nullable(),
    reason: z.enum(['unknown_device', 'wrong_token']),
    bears_token: z.boolean(),
    first_seen_at: z.iso.datetime(),
    last_seen_at: z.iso.datetime(),
    attempts: z.int(),
    code: z.string().nullable().openapi({
      description:
        'What it tells its user; `POST /v1/devices/unknown/{code}/confirm` lets it in. null: it has not asked for one.',
    }),
    entry: z
      .object({ name: z.string(), protocol: z.string(), direction: z.literal('accept'), id: z.string() })
      .nullable()
      .openapi({ description: 'To be copied into `devices` of devices.json; null: an entry has this id.' }),
  })
  .openapi('UnknownDevice');

const listSchema = z.object({ devices: z.array(unknownSchema) }).openapi('UnknownDeviceList');

const listRoute = createRoute({
  method: 'get',
  path: '/v1/devices/unknown',
  summary: 'Devices that dialled in and were refused',
  description: 'The last 100, last seen first. What they say of themselves is their own word.',
  responses: {
    200: { description: 'All that are remembered.', content: { 'application/json': { schema: listSchema } } },
    503: notReadyResponse,
  },
});

const confirmedSchema = z.object({ message: z.string(), device: z.string() }).openapi('ConfirmedDevice');

const confirmRoute = createRoute({
  method: 'post',
  path: '/v1/devices/unknown/{code}/confirm',
  summary: 'Lets in the device that tells this code',
  description:
    'It is given a token, and becomes a device under `defaults` of devices.json, unless an entry has its id. With STATE_DIR that ' +
    'survives a restart.',
  request: { params: z.object({ code: z.string().regex(/^\d{6}$/, 'a code has six digits') }) },
  responses: {
    200: { description: 'It is let in.', content: { 'application/json': { schema: confirmedSchema } } },
    400: problemResponse('The code is none.'),
    403: forbiddenResponse,
    404: problemResponse('No device tells this code, or it was not seen for 15 minutes.'),
    503: notReadyResponse,
  },
});

/** Of one device. */
const tokenRoute = createRoute({
  method: 'delete',
  path: '/{name}/token',
  summary: 'Forget the token that dialtone has given to a device',
  description:
    'Its link ends, and the first device that asks under its id gets a new token. A `token` of devices.json stays as it is.',
  request: { params: deviceParams },
  responses: {
    204: { description: 'Forgotten.' },
    403: forbiddenResponse,
    404: problemResponse('No such device.'),
    409: problemResponse('Its entry in devices.json is wrong.'),
    503: notReadyResponse,
  },
});

/** DELETE /v1/devices/{name}/token */
export function addTokenRoute(api: Api, { fleet }: ApiDeps): void {
  api.openapi(tokenRoute, (c) => {
    const name = nameOf(c);
    const result = fleet.forgetToken(name);
    if (result === 'unknown_device') return unknownDevice(c);
    if (result === 'misconfigured') return misconfiguredDevice(c, name);
    return c.body(null, 204);
  });
}

/** GET /v1/devices/unknown, POST /v1/devices/unknown/{code}/confirm */
export function addUnknownDevicesRoutes(api: Api, { fleet }: ApiDeps): void {
  api.openapi(confirmRoute, (c) => {
    const name = fleet.confirmUnknown(c.req.valid('param').code);
    if (name === undefined) return problem(c, 404, 'unknown_device', 'no device tells this code');
    return c.json({ message: `Device '${name}' is let in`, device: name }, 200);
  });
  api.openapi(listRoute, (c) => {
    const isTaken = (name: string) => fleet.get(name) !== undefined;
    const devices = fleet.unknownDevices.map((device) => ({
      protocol: device.protocol,
      id: cleanText(device.id),
      address: device.address,
      user_agent: device.userAgent ?? null,
      reason: device.reason,
      bears_token: device.bearsToken,
      first_seen_at: iso(device.firstSeenAt),
      last_seen_at: iso(device.lastSeenAt),
      attempts: device.attempts,
      code: device.code ?? null,
      entry:
        device.reason === 'wrong_token'
          ? null
          : {
              name: adoptedName(device.protocol, device.id, isTaken),
              protocol: device.protocol,
              direction: 'accept' as const,
              id: device.id,
            },
    }));
    return c.json({ devices }, 200);
  });
}
