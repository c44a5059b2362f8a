import type { CommonInput } from '../config/device-fields.ts';

/**
 * The example that GET /v1/config/example shows and `npm run docs` writes to devices.example.json. Addresses are of
 * TEST-NET-1 (RFC 5737): no device has one.
 */
export const EXAMPLE_CONFIG = {
  $schema: './devices.schema.json',
  devices: [
    {
      name: 'kitchen',
      host: '192.0.2.10',
      port: 8765,
      voice: 'Watercooler',
      instructions: { type: 'smalltalk' },
      auto_reconnect: true,
      reconnect_delay: 5,
      enabled: true,
    },
    {
      name: 'workshop',
      host: '192.0.2.11',
      port: 8765,
      protocol: 'realtime',
      voice: 'Gertrude',
      instructions: {
        type: 'constant',
        text: 'You are a patient workshop helper. Answer in one or two short sentences.',
      },
      enabled: true,
    },
    {
      name: 'hall speaker',
      host: '192.0.2.12',
      port: 8765,
      protocol: 'pcm',
      voice: 'Charles',
      instructions: { type: 'quiz_show' },
      enabled: true,
    },
    {
      name: 'garden',
      host: '192.0.2.13',
      port: 8765,
      voice: 'Watercooler',
      enabled: false,
      tls: { fingerprint: '0000000000000000000000000000000000000000000000000000000000000000' },
      headers: { 'X-Room': 'garden' },
    },
  ],
} as const satisfies { readonly $schema: string; readonly devices: readonly CommonInput[] };
