import { z } from 'zod';
import { instructionsSchema } from './instructions-schema.ts';
import { VOICE_NAMES } from './voice-names.ts';

/** Largest delay before a retry that a file may ask for, seconds. */
const MAX_RECONNECT_DELAY_SECONDS = 3600;

const nameSchema = z
  .string()
  .min(1, 'give the device a name')
  .max(64, 'use at most 64 characters')
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u,
    'use letters, digits, spaces, "-", "_" and ".", beginning with a letter or digit',
  )
  .refine((name) => !name.includes('..'), 'do not use ".."')
  .transform((name) => name.normalize('NFC'));

// Everything that could end the host part of a URL and change what is dialled: refused before a URL is built.
const hostSchema = z
  .string()
  .min(1, 'give a host name or an IP address')
  .max(253, 'use at most 253 characters')
  .regex(/^[^\s/@#?\\%]+$/, {
    error: 'give a bare host name or IP address, without "ws://", path, user or spaces',
    abort: true,
  })
  .refine(
    (host) => !host.includes(':') || /^\[?[0-9a-fA-F:.]+\]?$/.test(host),
    'put the port into "port"; only an IPv6 address may contain ":"',
  );

/** One entry of `devices`, as it stands in the file. Unknown keys are errors. */
export const deviceSchema = z
  .strictObject({
    name: nameSchema.meta({ description: 'Unique name; it appears in the REST API, logs and metrics.' }),
    host: hostSchema.meta({ description: 'Host name or IP address of the device.' }),
    port: z.int().min(1).max(65535).default(8765).meta({ description: 'Port on which the device listens.' }),
    protocol: z.enum(['realtime', 'pcm']).default('realtime').meta({
      description: '"realtime": JSON with Ogg-Opus as in Unmute. "pcm": raw 16 kHz 16-bit PCM with JSON beside it.',
    }),
    path: z
      .string()
      .regex(/^\/[^\s#]*$/, 'begin the path with "/" and leave out spaces and "#"')
      .optional()
      .meta({ description: 'Path of the WebSocket URL. Default: /realtime, or / for "pcm".' }),
    audio_format: z.enum(['auto', 'ogg-opus', 'pcm16', 'pcmf32']).default('auto').meta({
      description:
        'What a "realtime" device puts into its audio field, and is answered in. "auto": Ogg-Opus, or PCM once it is plain.',
    }),
    voice: z.enum(VOICE_NAMES).default('Watercooler').meta({ description: 'Voice of the answers.' }),
    instructions: instructionsSchema
      .default({ type: 'smalltalk' })
      .meta({ description: 'What the device is told to be.' }),
    auto_reconnect: z.boolean().default(true).meta({ description: 'Dial again after the line is lost.' }),
    reconnect_delay: z
      .number()
      .min(0.1)
      .max(MAX_RECONNECT_DELAY_SECONDS)
      .default(5)
      .meta({ description: 'Seconds before the first retry; later ones wait longer, up to 60 s.' }),
    enabled: z.boolean().default(true).meta({ description: 'false: known, but not dialled.' }),
  })
  .meta({ id: 'Device' });

/** devices.json. */
export const devicesFileSchema = z
  .strictObject({
    $schema: z.string().optional().meta({ description: 'For editors: "./devices.schema.json".' }),
    devices: z.array(deviceSchema).max(10_000, 'at most 10,000 devices'),
  })
  .superRefine(({ devices }, context) => {
    const firstByName = new Map<string, number>();
    for (const [index, { name }] of devices.entries()) {
      const key = name.toLowerCase();
      const first = firstByName.get(key);
      if (first === undefined) firstByName.set(key, index);
      else {
        context.addIssue({
          code: 'custom',
          path: ['devices', index, 'name'],
          message: `"${name}" is the name of devices[${first}] already: names must be unique, whatever their case`,
        });
      }
    }
  });

/** One device as it stands in the file, defaults filled in. */
export type DeviceEntry = z.output<typeof deviceSchema>;

/** One device as the program uses it: durations in milliseconds, an IPv6 host without brackets. */
export interface DeviceConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: DeviceEntry['protocol'];
  /** Undefined: the protocol's own default. */
  readonly path: string | undefined;
  readonly audioFormat: DeviceEntry['audio_format'];
  readonly voice: DeviceEntry['voice'];
  readonly instructions: DeviceEntry['instructions'];
  readonly autoReconnect: boolean;
  readonly reconnectDelayMs: number;
  readonly enabled: boolean;
}

/** Turns an entry of the file into what the program uses. */
export function toDeviceConfig(entry: DeviceEntry): DeviceConfig {
  return {
    name: entry.name,
    host: entry.host.replace(/^\[|\]$/g, ''),
    port: entry.port,
    protocol: entry.protocol,
    path: entry.path,
    audioFormat: entry.audio_format,
    voice: entry.voice,
    instructions: entry.instructions,
    autoReconnect: entry.auto_reconnect,
    reconnectDelayMs: entry.reconnect_delay * 1000,
    enabled: entry.enabled,
  };
}
