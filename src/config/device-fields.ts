import { z } from 'zod';
import { headersSchema, tlsSchema, tokenEnvSchema, tokenFileSchema, tokenSchema } from './access/access-schema.ts';
import { conversationFields } from './conversation-schema.ts';
import { idSchema } from './device-id.ts';
import { type DeviceFields, type DeviceKind, type DeviceKinds, type Direction, listByKind } from './device-kind.ts';
import { MAX_NAME, nameSchema } from './device-name.ts';
import { enginesSchema } from './engines-schema.ts';
import { normaliseHost } from './host.ts';
import { instructionsSchema } from './instructions-schema.ts';
import { toolsSchema } from './tools-schema.ts';

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

/** A key that means nothing for the direction of its entry. */
function refused<T>(message: string): z.ZodOptional<z.ZodType<T, T>> {
  return z.custom<T>(() => false, { error: message }).optional();
}

/** Who a device is, and how it is spoken to. @param kinds of which the descriptions speak */
function identityFields(kind: DeviceKind, kinds: DeviceKinds) {
  const both = kinds.filter(({ directions }) => directions.length > 1).map(({ id }) => `"${id}"`);
  const directions = listByKind(kinds, (one) => `"${one.directions[0]}"`);
  return {
    name: nameSchema.meta({
      description: 'Unique name; it appears in the REST API, logs and metrics.',
      // A refinement is not seen by the generator of the JSON Schema.
      maxLength: MAX_NAME,
    }),
    protocol: z
      .enum(kinds.map(({ id }) => id))
      .default(kinds[0].id)
      .meta({ description: kinds.map(({ id, description }) => `"${id}": ${description}`).join(' ') }),
    direction: z
      .enum(kind.directions)
      .default(kind.directions[0])
      .meta({
        description:
          `"dial": dialtone dials the device. "accept": the device dials dialtone, at LISTEN_PORT. Both are possible for ${both.join(', ')}. ` +
          `Default: ${directions}.`,
      }),
  };
}

/** Where a device is that dialtone dials. */
function dialFields(kind: DeviceKind, kinds: DeviceKinds) {
  const paths = listByKind(
    kinds.filter(({ directions }) => directions.includes('dial')),
    ({ defaultPath }) => defaultPath,
  );
  return {
    id: refused<string>('only a device that dials in has an id: add "direction": "accept", or remove it'),
    host: hostSchema.meta({ description: 'Host name or IP address of the device.' }),
    port: z
      .int()
      .min(1)
      .max(65535)
      .default(kind.defaultPort)
      .meta({ description: 'Port on which the device listens.' }),
    path: z
      .string()
      .regex(/^\/[^\s#]*$/, 'begin the path with "/" and leave out spaces and "#"')
      .optional()
      .meta({ description: `Path of the WebSocket URL. Default: ${paths}.` }),
    tls: tlsSchema.optional().meta({ description: 'true or an object: wss instead of ws.' }),
    headers: headersSchema.optional(),
  };
}
type DialShape = ReturnType<typeof dialFields>;

/** The same keys of a device that dials in: it has no address. */
function acceptFields() {
  const remove = (key: string) => `dialtone does not dial a device with "direction": "accept": remove "${key}"`;
  return {
    id: idSchema.optional(),
    host: refused<string>(remove('host')),
    port: refused<number>(remove('port')),
    path: refused<string>(remove('path')),
    tls: refused<z.output<DialShape['tls']>>(
      'LISTEN_CERT_FILE decides whether devices that dial in use TLS: remove "tls"',
    ),
    headers: refused<z.output<DialShape['headers']>>(remove('headers')),
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
    tools: toolsSchema,
    auto_reconnect: z.boolean().default(true).meta({ description: 'Dial again after the line is lost.' }),
    reconnect_delay: z
      .number()
      .min(0.1)
      .max(MAX_RECONNECT_DELAY_SECONDS)
      .default(5)
      .meta({ description: 'Seconds before the first retry; later ones wait longer, up to 60 s.' }),
    enabled: z.boolean().default(true).meta({ description: 'false: known, but not dialled.' }),
    ...conversationFields(kind, kinds),
    token: tokenSchema.optional(),
    token_env: tokenEnvSchema.optional(),
    token_file: tokenFileSchema.optional(),
    allow_plaintext_token: z.boolean().default(false).meta({
      description: 'true: the token may be sent without TLS; every machine on the network can read it.',
    }),
  };
}

/** What the keys hold that a device of any kind has. */
type CommonShape = ReturnType<typeof identityFields> & DialShape & ReturnType<typeof furtherFields>;
export type CommonInput = z.input<z.ZodObject<CommonShape>>;
/** Without an address: the device dials in. */
export type CommonEntry = Omit<z.output<z.ZodObject<CommonShape>>, 'host' | 'port'> & {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
};

/** All keys of a device of one kind, in the order in which problems are told. @param kinds all that there are */
export function deviceObject(
  kind: DeviceKind,
  direction: Direction,
  kinds: DeviceKinds,
  voice: VoiceField,
): z.ZodType<CommonEntry & Readonly<Record<string, unknown>>> {
  return z.strictObject({
    ...identityFields(kind, kinds),
    ...(direction === 'dial' ? dialFields(kind, kinds) : acceptFields()),
    ...optionFields(kind, kinds),
    ...furtherFields(kind, kinds, voice),
  });
}

/** The same for an editor, which is told of one kind of object only: what differs by kind has no default there. */
export function editorObject(kinds: DeviceKinds, voice: VoiceField) {
  const [first] = kinds;
  const { id: _, ...address } = dialFields(first, kinds);
  const further = furtherFields(first, kinds, voice);
  const differs = (factOf: (kind: DeviceKind) => unknown) => new Set(kinds.map(factOf)).size > 1;
  const directions = [...new Set(kinds.flatMap((kind) => kind.directions))];
  const identity = identityFields(first, kinds);
  return z.strictObject({
    ...identity,
    direction: z
      .enum(directions)
      .optional()
      .meta(identity.direction.meta() ?? {}),
    ...address,
    // A device that dials in has an id and no address.
    ...(directions.includes('accept') && { id: idSchema.optional(), host: optional(address.host) }),
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
