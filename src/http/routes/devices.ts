import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiDeps } from '../deps.ts';
import {
  deviceSchema,
  deviceStatusSchema,
  iso,
  summarise,
  summarySchema,
  toDeviceInfo,
  toDeviceStatus,
} from '../device-dto.ts';
import { notReadyResponse, problem, problemResponse } from '../problem.ts';

const listSchema = z.object({ devices: z.array(deviceSchema), total_count: z.int() }).openapi('DeviceList');

const statusSchema = z
  .object({
    devices: z.record(z.string(), deviceStatusSchema).openapi({ description: 'By name, disabled ones too.' }),
    summary: summarySchema,
    timestamp: z.number().openapi({ description: 'Now, seconds since 1970.' }),
    time: z.iso.datetime().openapi({ description: 'The same, to be read.' }),
  })
  .openapi('FleetStatus');

const reconnectSchema = z.object({ message: z.string(), device: z.string() }).openapi('ReconnectAccepted');

const listRoute = createRoute({
  method: 'get',
  path: '/v1/devices',
  summary: 'The devices of devices.json',
  responses: {
    200: { description: 'All devices.', content: { 'application/json': { schema: listSchema } } },
    503: notReadyResponse,
  },
});

const statusRoute = createRoute({
  method: 'get',
  path: '/v1/devices/status',
  summary: 'How each device is',
  responses: {
    200: { description: 'The state of every device.', content: { 'application/json': { schema: statusSchema } } },
    503: notReadyResponse,
  },
});

const reconnectRoute = createRoute({
  method: 'post',
  path: '/v1/devices/{name}/reconnect',
  summary: 'Drop the line, if there is one, and dial at once',
  request: { params: z.object({ name: z.string().openapi({ description: 'Percent-encoded.' }) }) },
  responses: {
    202: { description: 'It is being dialled.', content: { 'application/json': { schema: reconnectSchema } } },
    404: problemResponse('No such device, or it is disabled.'),
    503: notReadyResponse,
  },
});

/** GET /v1/devices, GET /v1/devices/status, POST /v1/devices/{name}/reconnect */
export function addDeviceRoutes(api: OpenAPIHono, { fleet, clock, readiness }: ApiDeps): void {
  api.use('/v1/devices/*', async (c, next) => {
    if (readiness().initialised) return await next();
    return problem(c, 503, 'not_ready', 'devices.json has not been read yet: try again in a moment');
  });

  api.openapi(listRoute, (c) => {
    const devices = fleet.list().map(toDeviceInfo);
    return c.json({ devices, total_count: devices.length }, 200);
  });

  api.openapi(statusRoute, (c) => {
    const all = fleet.list();
    const nowMs = clock.wallNow();
    return c.json(
      {
        // fromEntries makes own properties only, whatever a device is called.
        devices: Object.fromEntries(all.map((device) => [device.config.name, toDeviceStatus(device)])),
        summary: summarise(all),
        timestamp: nowMs / 1000,
        time: iso(nowMs),
      },
      200,
    );
  });

  api.openapi(reconnectRoute, (c) => {
    // Names are kept in NFC; a client may have composed its letters otherwise.
    const name = c.req.valid('param').name.normalize('NFC');
    switch (fleet.reconnect(name)) {
      case 'accepted':
        return c.json({ message: `Reconnection initiated for device '${name}'`, device: name }, 202);
      case 'disabled':
        return problem(
          c,
          404,
          'device_disabled',
          `Device '${name}' is disabled: set "enabled" to true in devices.json`,
        );
      case 'unknown_device':
        return problem(c, 404, 'unknown_device', 'There is no device of this name; GET /v1/devices lists them');
    }
  });
}
