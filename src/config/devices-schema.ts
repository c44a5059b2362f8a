import { z } from 'zod';
import { Secret } from '../core/secret.ts';
import type { ResolvedAccess } from './access-files.ts';
import { headersSchema, tlsSchema, tokenEnvSchema, tokenFileSchema, tokenSchema } from './access-schema.ts';
import {
  type ConversationConfig,
  checkConversation,
  conversationFields,
  toConversationConfig,
} from './conversation-schema.ts';
import type { DeviceAccess } from './device-access.ts';
import { normaliseHost } from './host.ts';
import { instructionsSchema } from './instructions-schema.ts';
import { defaultVoice, VOICE_NAMES } from './voice-names.ts';

/** Largest delay before a retry that a file may ask for, seconds. */
const MAX_RECONNECT_DELAY_SECONDS = 3600;

/** Code points of a name; a check of UTF-16 units would count some letters twice. */
const MAX_NAME = 64;

const nameSchema = z
  .string()
  .normalize('NFC')
  .min(1, 'give the device a name')
  .refine((name) => name.length <= 2 * MAX_NAME && [...name].length <= MAX_NAME, {
    error: `use at most ${MAX_NAME} characters`,
    abort: true,
  })
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u,
    'use letters, digits, spaces, "-", "_" and ".", beginning with a letter or digit',
  )
  .refine((name) => !name.includes('..'), 'do not use ".."');

// Everything that could end the host part of a URL and change what is dialled: refused before a URL is built.
const hostSchema = z
  .string()
  .min(1, 'give a host name or an IP address')
  .max(253, 'use at most 253 characters')
  .regex(/^[^\s/@#?\\%]+$/, {
    error: 'give a bare host name or IP address, without "ws://", path, user or spaces',
    abort: true,
  })
  .refine((host) => !host.includes(':') || /^\[?[0-9a-fA-F:.]+\]?$/.test(host), {
    error: 'put the port into "port"; only an IPv6 address may contain ":"',
    abort: true,
  })
  .refine((host) => normaliseHost(host) !== undefined, 'this is neither a host name nor an IP address')
  .transform((host) => normaliseHost(host) ?? host);

/** A voice by name. Defaulted, so that the file need not have it. */
type VoiceField = z.ZodDefault<z.ZodType<string, string>>;

const deviceSchemaOf = (voice: VoiceField) =>
  z
    .strictObject({
      name: nameSchema.meta({
        description: 'Unique name; it appears in the REST API, logs and metrics.',
        // A refinement is not seen by the generator of the JSON Schema.
        maxLength: MAX_NAME,
      }),
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
      voice,
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
      ...conversationFields,
      tls: tlsSchema.optional().meta({ description: 'true or an object: wss instead of ws.' }),
      token: tokenSchema.optional(),
      token_env: tokenEnvSchema.optional(),
      token_file: tokenFileSchema.optional(),
      allow_plaintext_token: z.boolean().default(false).meta({
        description: 'true: the token may be sent without TLS, for everybody on the network to read.',
      }),
      headers: headersSchema.optional(),
    })
    .superRefine(checkConversation)
    .superRefine((entry, context) => {
      const [key, second] = (['token', 'token_env', 'token_file'] as const).filter((name) => entry[name] !== undefined);
      if (key === undefined) return;
      if (second !== undefined) {
        context.addIssue({ code: 'custom', path: [second], message: `"${key}" is given too: keep one` });
      }
      if (!entry.tls && !entry.allow_plaintext_token) {
        context.addIssue({
          code: 'custom',
          path: [key],
          message: 'a token needs "tls", or "allow_plaintext_token": true where everybody may read it',
        });
      }
    });

const fileSchemaOf = (device: ReturnType<typeof deviceSchemaOf>) =>
  z
    .strictObject({
      $schema: z.string().optional().meta({ description: 'For editors: "./devices.schema.json".' }),
      devices: z.array(device).max(10_000, 'at most 10,000 devices'),
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

/** One entry of `devices`, as it stands in the file, with a voice of any name. Unknown keys are errors. */
export const deviceSchema = deviceSchemaOf(
  z
    .string()
    .normalize('NFC')
    .default('Watercooler')
    .meta({
      description: 'Voice of the answers: a name of the voice book. The examples are those of the built-in one.',
      examples: [...VOICE_NAMES],
    }),
).meta({ id: 'Device' });

/** devices.json, with voices of any name: what an editor can know. */
export const devicesFileSchema = fileSchemaOf(deviceSchema);

/** devices.json, with voices of these names, which are in NFC. */
export function devicesFileSchemaFor(voices: readonly string[]): typeof devicesFileSchema {
  const voice = z.string().normalize('NFC').pipe(z.enum(voices));
  return fileSchemaOf(deviceSchemaOf(voice.default(defaultVoice(voices))));
}

/** One device as it stands in the file, defaults filled in. */
export type DeviceEntry = z.output<typeof deviceSchema>;

/** One device as the program uses it: durations in milliseconds, an IPv6 host without brackets, secrets wrapped. */
export interface DeviceConfig extends DeviceAccess {
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
  readonly conversation: ConversationConfig;
}

/**
 * Turns an entry of the file into what the program uses.
 * @param access what the entry only names: see `resolveAccess`. Without it, the entry as it stands.
 */
export function toDeviceConfig(entry: DeviceEntry, access?: ResolvedAccess): DeviceConfig {
  const tls = entry.tls === true ? {} : entry.tls;
  return {
    name: entry.name,
    host: entry.host,
    port: entry.port,
    protocol: entry.protocol,
    path: entry.path,
    audioFormat: entry.audio_format,
    voice: entry.voice,
    instructions: entry.instructions,
    autoReconnect: entry.auto_reconnect,
    reconnectDelayMs: entry.reconnect_delay * 1000,
    enabled: entry.enabled,
    conversation: toConversationConfig(entry),
    tls: tls
      ? { caFile: access?.caFile ?? tls.ca_file, fingerprint: tls.fingerprint, servername: tls.servername }
      : null,
    token: access ? access.token : entry.token === undefined ? undefined : new Secret(entry.token),
    allowPlaintextToken: entry.allow_plaintext_token,
    headers: Object.fromEntries(Object.entries(entry.headers ?? {}).map(([name, value]) => [name, new Secret(value)])),
  };
}
