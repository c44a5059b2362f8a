import { hostname } from 'node:os';
import { z } from 'zod';
import { flag } from './flag-setting.ts';
import { decimalNumber, wholeNumber } from './number-setting.ts';

/** A label of DNS has at most 63 bytes. */
const label = z
  .string()
  .min(1)
  .refine((name) => Buffer.byteLength(name) <= 63, 'use at most 63 bytes');

/** Environment variables about how this machine and its devices find each other. Those that HotPin's server has keep its names. */
export const discoveryFields = {
  MDNS_ADVERTISE: flag.default(false).meta({
    description:
      '`true`: this machine announces itself over mDNS as `_dialtone._tcp`, and as `_hotpin._tcp` if devices.json has HotPin devices that dial in.',
  }),
  MDNS_NAME: label.optional().meta({
    description: 'The name that others see; a dot in it becomes a hyphen. Default: `dialtone on` this machine.',
  }),
  HOTPIN_NAME: label.default('HotpinServer').meta({ description: 'The same of `_hotpin._tcp`.' }),
  MDNS_DISCOVER: flag.default(false).meta({
    description:
      '`true`: devices that announce themselves over mDNS are listed at `GET /v1/discovered` with an entry for devices.json.',
  }),
  UDP_BROADCAST: flag.default(false).meta({
    description:
      '`true`: the address at which devices dial in is told to the whole network over UDP, without any token.',
  }),
  BROADCAST_PORT: wholeNumber(1, 65535).default(50_000).meta({ description: 'Port to which it is sent.' }),
  BROADCAST_INTERVAL_SEC: decimalNumber(1, 3600).default(5).meta({ description: 'How often it is sent, seconds.' }),
  PRINT_QR: flag.default(false).meta({
    description: '`true`: a QR code of that address is written to the terminal (standard error) at start.',
  }),
} as const;

/** What {@link discoveryFields} hold. */
export type DiscoverySettings = z.output<z.ZodObject<typeof discoveryFields>>;

/** The name that others see. */
export function mdnsName({ MDNS_NAME: name }: Pick<DiscoverySettings, 'MDNS_NAME'>): string {
  if (name !== undefined) return name;
  const full = `dialtone on ${hostname().replace(/\..*$/, '')}`;
  return Buffer.byteLength(full) <= 63 ? full : 'dialtone';
}
