import { z } from 'zod';
import { Secret } from '../core/secret.ts';
import type { ResolvedAccess } from './access/access-files.ts';
import type { DeviceAccess } from './access/device-access.ts';
import { type ConversationConfig, checkConversation, toConversationConfig } from './conversation-schema.ts';
import { type CommonEntry, deviceObject, editorObject, type VoiceField } from './device-fields.ts';
import type { DeviceKind, DeviceKinds } from './device-kind.ts';
import type { DeviceEngines } from './engines-schema.ts';
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
 * One entry of `devices`, as it stands in the file: the union of all kinds, told apart by `protocol`. Unknown keys are errors.
 * Of an entry whose protocol does not exist, the default kind tells that and everything else that is wrong; zod's own union
 * would tell that alone.
 * @param voices names of the voice book, in NFC. Default: any name
 */
export function deviceSchemaFor(kinds: DeviceKinds, voices?: readonly string[]): z.ZodType<DeviceEntry> {
  const voice = voices ? z.string().normalize('NFC').pipe(z.enum(voices)).default(defaultVoice(voices)) : anyVoice;
  const branches = new Map(kinds.map((kind) => [kind.id as unknown, branchOf(kind, kinds, voice)]));
  const fallback = branchOf(kinds[0], kinds, voice);
  return z.unknown().transform((value, context) => {
    const parsed = (branches.get(protocolIn(value)) ?? fallback).safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    return z.NEVER;
  });
}

function branchOf(kind: DeviceKind, kinds: DeviceKinds, voice: VoiceField) {
  const optionKeys = kinds.flatMap(({ fields }) => Object.keys(fields));
  return deviceObject(kind, kinds, voice)
    .superRefine((entry, context) => checkConversation(entry, kind, context))
    .superRefine(checkToken)
    .transform((entry: CommonEntry & DeviceOptions): DeviceEntry => {
      const given = optionKeys.filter((key) => entry[key] !== undefined);
      return { ...entry, options: Object.fromEntries(given.map((key) => [key, entry[key]])) };
    });
}

function protocolIn(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'protocol' in value ? value.protocol : undefined;
}

function checkToken(entry: CommonEntry, context: z.RefinementCtx): void {
  const [key, second] = (['token', 'token_env', 'token_file'] as const).filter((name) => entry[name] !== undefined);
  if (key === undefined) return;
  if (second !== undefined) {
    context.addIssue({ code: 'custom', path: [second], message: `"${key}" is given too: keep one` });
  }
  if (!entry.tls && !entry.allow_plaintext_token) {
    context.addIssue({
      code: 'custom',
      path: [key],
      message: 'a token needs "tls", or "allow_plaintext_token": true on a network where it may be read',
    });
  }
}

function fileOf<D extends z.ZodType>(device: D) {
  return z.strictObject({
    $schema: z.string().optional().meta({ description: 'For editors: "./devices.schema.json".' }),
    devices: z.array(device).max(10_000, 'at most 10,000 devices'),
  });
}

/** devices.json, but for names that are there twice. @param voices names of the voice book, in NFC. Default: any name */
export function devicesFileSchemaFor(kinds: DeviceKinds, voices?: readonly string[]) {
  return fileOf(deviceSchemaFor(kinds, voices));
}

/** devices.json as far as an editor can check it: for a JSON Schema. */
export function editorSchemaFor(kinds: DeviceKinds) {
  return fileOf(editorObject(kinds, anyVoice).meta({ id: 'Device' }));
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
    options: entry.options,
    voice: entry.voice,
    instructions: entry.instructions,
    engines: entry.engines,
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
