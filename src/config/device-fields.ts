import { z } from 'zod';
import { headersSchema, tlsSchema, tokenEnvSchema, tokenFileSchema, tokenSchema } from './access/access-schema.ts';
import { conversationFields } from './conversation-schema.ts';
import { type DeviceFields, type DeviceKind, type DeviceKinds, listByKind } from './device-kind.ts';
import { MAX_NAME, nameSchema } from './device-name.ts';
import { enginesSchema } from './engines-schema.ts';
import { normaliseHost } from './host.ts';
import { instructionsSchema } from './instructions-schema.ts';

/** Largest delay before a retry that a file may ask for, seconds. */
const MAX_RECONNECT_DELAY_SECONDS = 3600;

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
export type VoiceField = z.ZodDefault<z.ZodType<string, string>>;

/** Where a device is and how it is spoken to. @param kinds of which the descriptions speak */
function addressFields(kind: DeviceKind, kinds: DeviceKinds) {
  const paths = listByKind(kinds, ({ defaultPath }) => defaultPath);
  return {
    name: nameSchema.meta({
      description: 'Unique name; it appears in the REST API, logs and metrics.',
      // A refinement is not seen by the generator of the JSON Schema.
      maxLength: MAX_NAME,
    }),
    host: hostSchema.meta({ description: 'Host name or IP address of the device.' }),
    port: z
      .int()
      .min(1)
      .max(65535)
      .default(kind.defaultPort)
      .meta({ description: 'Port on which the device listens.' }),
    protocol: z
      .enum(kinds.map(({ id }) => id))
      .default(kinds[0].id)
      .meta({ description: kinds.map(({ id, description }) => `"${id}": ${description}`).join(' ') }),
    path: z
      .string()
      .regex(/^\/[^\s#]*$/, 'begin the path with "/" and leave out spaces and "#"')
      .optional()
      .meta({ description: `Path of the WebSocket URL. Default: ${paths}.` }),
  };
}

/** The keys of single kinds: this kind's with their defaults, those of the others without. */
function optionFields(kind: DeviceKind, kinds: DeviceKinds): DeviceFields {
  const all = kinds.flatMap(({ fields }) => Object.entries(fields));
  return { ...Object.fromEntries(all.map(([key, field]) => [key, withoutDefault(field)])), ...kind.fields };
}

function withoutDefault(field: z.ZodType): z.ZodType {
  return (field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType) : field).optional();
}

function furtherFields(kind: DeviceKind, kinds: DeviceKinds, voice: VoiceField) {
  return {
    voice,
    instructions: instructionsSchema
      .default({ type: 'smalltalk' })
      .meta({ description: 'What the device is told to be.' }),
    engines: enginesSchema.optional(),
    auto_reconnect: z.boolean().default(true).meta({ description: 'Dial again after the line is lost.' }),
    reconnect_delay: z
      .number()
      .min(0.1)
      .max(MAX_RECONNECT_DELAY_SECONDS)
      .default(5)
      .meta({ description: 'Seconds before the first retry; later ones wait longer, up to 60 s.' }),
    enabled: z.boolean().default(true).meta({ description: 'false: known, but not dialled.' }),
    ...conversationFields(kind, kinds),
    tls: tlsSchema.optional().meta({ description: 'true or an object: wss instead of ws.' }),
    token: tokenSchema.optional(),
    token_env: tokenEnvSchema.optional(),
    token_file: tokenFileSchema.optional(),
    allow_plaintext_token: z.boolean().default(false).meta({
      description: 'true: the token may be sent without TLS; every machine on the network can read it.',
    }),
    headers: headersSchema.optional(),
  };
}

/** What the keys hold that a device of any kind has. */
type CommonShape = ReturnType<typeof addressFields> & ReturnType<typeof furtherFields>;
export type CommonInput = z.input<z.ZodObject<CommonShape>>;
export type CommonEntry = z.output<z.ZodObject<CommonShape>>;

/** All keys of a device of one kind, in the order in which problems are told. @param kinds all that there are */
export function deviceObject(kind: DeviceKind, kinds: DeviceKinds, voice: VoiceField) {
  return z.strictObject({
    ...addressFields(kind, kinds),
    ...optionFields(kind, kinds),
    ...furtherFields(kind, kinds, voice),
  });
}

/** The same for an editor, which is told of one kind of object only: what differs by kind has no default there. */
export function editorObject(kinds: DeviceKinds, voice: VoiceField) {
  const [first] = kinds;
  const address = addressFields(first, kinds);
  const further = furtherFields(first, kinds, voice);
  const differs = (factOf: (kind: DeviceKind) => unknown) => new Set(kinds.map(factOf)).size > 1;
  return z.strictObject({
    ...address,
    // Nothing is missing in a device of another kind.
    ...Object.fromEntries(
      kinds.flatMap(({ fields }) => Object.entries(fields).map(([key, field]) => [key, optional(field)])),
    ),
    ...further,
    ...(differs(({ defaultPort }) => defaultPort) && { port: openTo(address.port) }),
    ...(differs(({ defaultDuplex }) => defaultDuplex) && { duplex: openTo(further.duplex) }),
  });
}

function optional(field: z.ZodType): z.ZodType {
  return field instanceof z.ZodDefault ? field : field.optional().meta(field.meta() ?? {});
}

/** The field without its default, described as before. */
function openTo<T extends z.ZodType>(field: z.ZodDefault<T>): z.ZodOptional<T> {
  return field
    .unwrap()
    .optional()
    .meta(field.meta() ?? {});
}
