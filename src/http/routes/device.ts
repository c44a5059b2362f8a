import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { FleetResult } from '../../fleet/fleet.ts';
import type { Api } from '../api-type.ts';
import type { ApiDeps } from '../deps.ts';
import { deviceDetailSchema, toDeviceDetail } from '../device-dto.ts';
import { deviceParams, nameOf } from '../device-name.ts';
import { forbiddenResponse, notReadyResponse, problem, problemResponse } from '../problem.ts';
import { disabledDevice, misconfiguredDevice, retryAfterHeader, unknownDevice } from '../refusals.ts';

/** How long a client should wait after `too_soon`, seconds: see FleetResult. */
const RETRY_AFTER_SECONDS = '2';

const request = { params: deviceParams };
const acceptedSchema = z.object({ message: z.string(), device: z.string() }).openapi('Accepted');
const switchedSchema = z
  .object({ device: z.string(), enabled: z.boolean(), until: z.literal('next reload') })
  .openapi('Switched');

const failures = {
  403: forbiddenResponse,
  404: problemResponse('No such device, or it is disabled.'),
  409: problemResponse('Its entry in devices.json is wrong.'),
  429: {
    ...problemResponse('It was reconnected less than 2 seconds ago.'),
    headers: retryAfterHeader,
  },
  503: notReadyResponse,
};

const showRoute = createRoute({
  method: 'get',
  path: '/{name}',
  summary: 'One device, whole',
  request,
  responses: {
    200: { description: 'The device.', content: { 'application/json': { schema: deviceDetailSchema } } },
    404: problemResponse('No such device.'),
    503: notReadyResponse,
  },
});

const reconnectRoute = createRoute({
  method: 'post',
  path: '/{name}/reconnect',
  summary: 'Drop the line, if there is one, and dial at once',
  description: 'Joins an attempt in progress.',
  request,
  responses: {
    202: { description: 'It is being dialled.', content: { 'application/json': { schema: acceptedSchema } } },
    ...failures,
  },
});

const disconnectRoute = createRoute({
  method: 'post',
  path: '/{name}/disconnect',
  summary: 'Drop the line and leave it down',
  description: 'Until it is reconnected, switched on, or changed in devices.json.',
  request,
  responses: {
    202: { description: 'It is being closed.', content: { 'application/json': { schema: acceptedSchema } } },
    ...failures,
  },
});

const switchRoutes = (['enable', 'disable'] as const).map((verb) => ({
  enabled: verb === 'enable',
  route: createRoute({
    method: 'post',
    path: `/{name}/${verb}`,
    summary:
      verb === 'enable' ? 'Switch a device on until the next reload' : 'Switch a device off until the next reload',
    description: 'devices.json is not changed; when it is read again, what it says applies.',
    request,
    responses: {
      200: { description: 'Done.', content: { 'application/json': { schema: switchedSchema } } },
      ...failures,
    },
  }),
}));

/** GET /v1/devices/{name} and what can be asked of one device with POST. Names are only ever compared. */
export function addDeviceRoutes(api: Api, { fleet, settings }: ApiDeps): void {
  api.openapi(showRoute, (c) => {
    const status = fleet.get(nameOf(c));
    return status ? c.json(toDeviceDetail(status, { transcripts: settings.LOG_TRANSCRIPTS }), 200) : unknownDevice(c);
  });

  api.openapi(reconnectRoute, (c) => {
    const name = nameOf(c);
    const result = fleet.reconnect(name);
    if (result !== 'accepted') return refusal(c, result, name);
    return c.json({ message: `Reconnection initiated for device '${name}'`, device: name }, 202);
  });

  api.openapi(disconnectRoute, (c) => {
    const name = nameOf(c);
    const result = fleet.disconnect(name);
    if (result !== 'accepted') return refusal(c, result, name);
    return c.json({ message: `Disconnecting device '${name}'; POST …/reconnect dials it again`, device: name }, 202);
  });

  for (const { route, enabled } of switchRoutes) {
    api.openapi(route, (c) => {
      const name = nameOf(c);
      const result = fleet.setEnabled(name, enabled);
      if (result !== 'accepted') return refusal(c, result, name);
      return c.json({ device: name, enabled, until: 'next reload' } as const, 200);
    });
  }
}

function refusal(c: Context, result: Exclude<FleetResult, 'accepted'>, name: string) {
  switch (result) {
    case 'unknown_device':
      return unknownDevice(c);
    case 'disabled':
      return disabledDevice(c, name);
    case 'misconfigured':
      return misconfiguredDevice(c, name);
    case 'too_soon':
      c.header('retry-after', RETRY_AFTER_SECONDS);
      return problem(c, 429, 'too_soon', `Device '${name}' was reconnected a moment ago: wait 2 seconds`);
  }
}
