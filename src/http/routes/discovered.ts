import { createRoute, z } from '@hono/zod-openapi';
import { cleanText } from '../../core/clean-text.ts';
import { isAt } from '../../discovery/same-device.ts';
import { createSuggestions } from '../../discovery/suggested-entry.ts';
import { PROTOCOLS } from '../../protocols/registry.ts';
import type { Api } from '../api-type.ts';
import type { ApiDeps } from '../deps.ts';
import { iso } from '../device-dto.ts';
import { notReadyResponse } from '../problem.ts';

const discoveredSchema = z
  .object({
    name: z.string().openapi({ description: 'What it calls itself.' }),
    service: z.string().openapi({ description: 'As in `_dialtone-device._tcp`.' }),
    host: z.string(),
    port: z.int(),
    addresses: z.array(z.string()).openapi({ description: 'IP addresses that it told.' }),
    txt: z.record(z.string(), z.string()).openapi({ description: 'What else it told.' }),
    first_seen_at: z.iso.datetime(),
    last_seen_at: z.iso.datetime(),
    entry: z
      .object({
        name: z.string(),
        protocol: z.string(),
        host: z.string(),
        port: z.int(),
        path: z.string().optional(),
        tls: z.literal(true).optional(),
      })
      .nullable()
      .openapi({ description: 'To be copied into `devices` of devices.json; null: `note` says why there is none.' }),
    note: z.string().nullable(),
  })
  .openapi('DiscoveredDevice');

const listSchema = z
  .object({
    enabled: z.boolean().openapi({ description: 'Whether devices are looked for: `MDNS_DISCOVER`.' }),
    devices: z.array(discoveredSchema),
  })
  .openapi('DiscoveredDeviceList');

const route = createRoute({
  method: 'get',
  path: '/v1/discovered',
  summary: 'Devices that announce themselves over mDNS and are in no entry',
  description:
    'ESPHome boards, Wyoming satellites and devices that announce `_dialtone-device._tcp`, the longest known first. What they say of themselves is their own word.',
  responses: {
    200: { description: 'All that are there now.', content: { 'application/json': { schema: listSchema } } },
    503: notReadyResponse,
  },
});

/** GET /v1/discovered */
export function addDiscoveredRoute(api: Api, { fleet, discovered }: ApiDeps): void {
  const suggest = createSuggestions(PROTOCOLS);
  api.openapi(route, (c) => {
    const services = discovered?.();
    const configured = fleet.list();
    const names = new Set(configured.map(({ config }) => config.name));
    const devices = (services ?? [])
      .filter((service) => !configured.some(({ config }) => isAt(config, service)))
      .map((service) => {
        const { entry, note } = suggest(service, (name) => names.has(name));
        // Two that are found may call themselves the same.
        if (entry) names.add(entry.name);
        return {
          name: cleanText(service.instance),
          service: service.type,
          host: cleanText(service.host),
          port: service.port,
          addresses: [...service.addresses],
          txt: Object.fromEntries([...service.txt].map(([key, value]) => [cleanText(key, 60), cleanText(value)])),
          first_seen_at: iso(service.firstSeenAt),
          last_seen_at: iso(service.lastSeenAt),
          entry,
          note,
        };
      });
    return c.json({ enabled: services !== undefined, devices }, 200);
  });
}
