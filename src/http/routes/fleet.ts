import { createRoute, z } from '@hono/zod-openapi';
import type { TypedResponse } from 'hono';
import type { Api } from '../api-type.ts';
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
import { pacedJson } from '../paced-json.ts';
import { notReadyResponse } from '../problem.ts';

const listSchema = z.object({ devices: z.array(deviceSchema), total_count: z.int() }).openapi('DeviceList');

const statusSchema = z
  .object({
    devices: z.record(z.string(), deviceStatusSchema).openapi({ description: 'By name, disabled ones too.' }),
    summary: summarySchema,
    timestamp: z.number().openapi({ description: 'Now, seconds since 1970.' }),
    time: z.iso.datetime().openapi({ description: 'The same, to be read.' }),
  })
  .openapi('FleetStatus');

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

/** GET /v1/devices and GET /v1/devices/status */
export function addFleetRoutes(api: Api, { fleet, clock }: ApiDeps): void {
  api.openapi(listRoute, (c) => {
    const devices = fleet.list().map(toDeviceInfo);
    return c.json({ devices, total_count: devices.length }, 200);
  });

  api.openapi(statusRoute, async (c) => {
    const all = fleet.list();
    const nowMs = clock.wallNow();
    const devices = await pacedJson(all, (device) => {
      return `${JSON.stringify(device.config.name)}:${JSON.stringify(toDeviceStatus(device))}`;
    });
    const rest = { summary: summarise(all), timestamp: nowMs / 1000, time: iso(nowMs) };
    const text = `{"devices":{${devices}},${JSON.stringify(rest).slice(1)}`;
    const response: Response = c.body(text, 200, { 'content-type': 'application/json' });
    return response as typeof response & TypedResponse<z.output<typeof statusSchema>, 200, 'json'>;
  });
}
