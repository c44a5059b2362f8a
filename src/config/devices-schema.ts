import { z } from 'zod';
import { Secret } from '../core/secret.ts';
import type { ResolvedAccess } from './access/access-files.ts';
import type { DeviceAccess } from './access/device-access.ts';
import { type ConversationConfig, checkConversation, toConversationConfig } from './conversation-schema.ts';
import { type CommonEntry, deviceObject, editorObject, type VoiceField } from './device-fields.ts';
import type { DeviceKind, DeviceKinds, Direction } from './device-kind.ts';
import type { DeviceEngines } from './engines-schema.ts';
import type { ToolRules } from './tools-schema.ts';
import { defaultVoice, VOICE_NAMES } from './voices/voice-names.ts';

/** Any name: for editors, and where there is no voice book. */
const anyVoice = z
  .string()
  .normalize('NFC')
  .default('Watercooler')
  .meta({
    description: 'Voice of the answers: a name of the voice book. The examples are those of the built-in one.',
    examples: [...VOICE_NAMES],
  });

/** One device as it stands in the file, defaults filled in. */
export interface DeviceEntry extends CommonEntry {
  /** What the keys hold that not every kind of device has. */
  readonly options: DeviceOptions;
}

/** What the keys of single kinds hold, named as in the file: a kind's own with their defaults, another's if they are given. */
export type DeviceOptions = Readonly<Record<string, unknown>>;

/**
 * One entry of `devices`, as it stands in the file: the union of all kinds, told apart by `protocol` and `direction`. Unknown
 * keys are errors.
 * Of an entry whose protocol does not exist, the default kind tells that and everything else that is wrong; zod's own union
 * would tell that alone.
 * @param voices names of the voice book, in NFC. Default: any name
 */
export function deviceSchemaFor(kinds: DeviceKinds, voices?: readonly string[]): z.ZodType<DeviceEntry> {
  const voice = voices ? z.string().normalize('NFC').pipe(z.enum(voices)).default(defaultVoice(voices)) : anyVoice;
  const branches = new Map(
    kinds.flatMap((kind) =>
      kind.directions.map((direction) => [`${kind.id} ${direction}`, branchOf(kind, direction, kinds, voice)] as const),
    ),
  );
  return z.unknown().transform((value, context) => {
    const kind = kinds.find(({ id }) => id === valueIn(value, 'protocol')) ?? kinds[0];
    const wanted = valueIn(value, 'direction');
    const direction = kind.directions.find((one) => one === wanted) ?? kind.directions[0];
    const branch = branches.get(`${kind.id} ${direction}`);
    if (!branch) throw new Error(`no schema for ${kind.id} ${direction}`);
    const parsed = branch.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    return z.NEVER;
  });
}

function branchOf(kind: DeviceKind, direction: Direction, kinds: DeviceKinds, voice: VoiceField) {
  const optionKeys = kinds.flatMap(({ fields }) => Object.keys(fields));
  return deviceObject(kind, direction, kinds, voice)
    .superRefine((entry, context) => checkConversation(entry, kind, context))
    .superRefine(checkToken)
    .transform((entry: CommonEntry & DeviceOptions): DeviceEntry => {
      const given = optionKeys.filter((key) => entry[key] !== undefined);
      return { ...entry, options: Object.fromEntries(given.map((key) => [key, entry[key]])) };
    });
}

function valueIn(entry: unknown, key: string): unknown {
  return typeof entry === 'object' && entry !== null && Object.hasOwn(entry, key)
    ? (entry as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

const NO_IDENTITY =
  'say which device this is: give the "id" that it says, or a token that it bears, or "id": "*" for any device of this protocol';

function checkToken(entry: CommonEntry, context: z.RefinementCtx): void {
  const [key, second] = (['token', 'token_env', 'token_file'] as const).filter((name) => entry[name] !== undefined);
  if (key === undefined) {
    if (entry.direction === 'accept' && entry.id === undefined) {
      context.addIssue({ code: 'custom', path: ['id'], message: NO_IDENTITY });
    }
    return;
  }
  if (second !== undefined) {
    context.addIssue({ code: 'custom', path: [second], message: `"${key}" is given too: keep one` });
  }
  // A token that the device sends is protected by the listener's certificate, or is not.
  if (entry.direction === 'dial' && !entry.tls && !entry.allow_plaintext_token) {
    context.addIssue({
      code: 'custom',
      path: [key],
      message: 'a token needs "tls", or "allow_plaintext_token": true on a network where it may be read',
    });
  }
}

function fileOf<D extends z.ZodType, T extends z.ZodType>(device: D, templates: T) {
  return z.strictObject({
    $schema: z.string().optional().meta({ description: 'For editors: "./devices.schema.json".' }),
    defaults: templates.optional().meta({
      description:
        'By protocol, the keys of a device that dials in and is in no entry, for ACCEPT_UNKNOWN=true: what is not given is as in ' +
        'an entry that does not give it.',
    }),
    devices: z.array(device).max(10_000, 'at most 10,000 devices'),
  });
}

/** devices.json, but for names that are there twice. @param voices names of the voice book, in NFC. Default: any name */
export function devicesFileSchemaFor(kinds: DeviceKinds, voices?: readonly string[]) {
  // Templates are read by themselves: see templates.ts.
  return fileOf(deviceSchemaFor(kinds, voices), z.unknown());
}

/** Keys by which one device is told from another: a template is for many. */
export const OWN_KEYS = ['name', 'protocol', 'direction', 'id', 'token', 'token_env', 'token_file'] as const;
const NOT_IN_TEMPLATES: ReadonlySet<string> = new Set([...OWN_KEYS, 'host', 'port', 'path', 'tls', 'headers']);

/** devices.json as far as an editor can check it: for a JSON Schema. */
export function editorSchemaFor(kinds: DeviceKinds) {
  const device = editorObject(kinds, anyVoice);
  const accepting = kinds.filter(({ directions }) => directions.includes('accept'));
  const shape = Object.entries(device.partial().shape).filter(([key]) => !NOT_IN_TEMPLATES.has(key));
  const template = z.strictObject(Object.fromEntries(shape)).meta({ id: 'Template' });
  const templates = z.strictObject(Object.fromEntries(accepting.map(({ id }) => [id, template.optional()])));
  return fileOf(device.meta({ id: 'Device' }), templates);
}

/** Every key that an entry may have. */
export function deviceKeys(kinds: DeviceKinds): readonly string[] {
  return Object.keys(editorObject(kinds, anyVoice).shape);
}

/**
 * One device as the program uses it: durations in milliseconds, an IPv6 host without brackets, secrets wrapped. `Options`:
 * what its protocol makes of `options`.
 */
export interface DeviceConfig<Options extends DeviceOptions = DeviceOptions> extends DeviceAccess {
  readonly name: string;
  /** Which side opens its links. */
  readonly direction: Direction;
  /** What a device that dials in says it is; `*`: any. Undefined: it is known by its token, or dialled. */
  readonly id: string | undefined;
  /** Empty, and the port 0, for a device that dials in. */
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
  /** Undefined: the protocol's own default. */
  readonly path: string | undefined;
  readonly options: Options;
  readonly voice: DeviceEntry['voice'];
  readonly instructions: DeviceEntry['instructions'];
  /** Undefined: as in the settings. */
  readonly engines: DeviceEngines | undefined;
  /** Which functions of the device the language model may call. */
  readonly tools: ToolRules;
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
    direction: entry.direction,
    id: entry.id,
    host: entry.host ?? '',
    port: entry.port ?? 0,
    protocol: entry.protocol,
    path: entry.path,
    options: entry.options,
    voice: entry.voice,
    instructions: entry.instructions,
    engines: entry.engines,
    tools: entry.tools,
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
