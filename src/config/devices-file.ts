import { createHash } from 'node:crypto';
import { accessSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { DialtoneError } from '../core/errors.ts';
import { resolveAccess } from './access/access-files.ts';
import type { DeviceKinds } from './device-kind.ts';
import { nameSchema } from './device-name.ts';
import {
  type DeviceConfig,
  deviceKeys,
  deviceSchemaFor,
  devicesFileSchemaFor,
  toDeviceConfig,
} from './devices-schema.ts';
import { checkEntries, type DeviceCheck, duplicateName, type MisconfiguredDevice } from './entry-check.ts';
import { describeIssues } from './json/describe-issues.ts';
import { invalidFile, parseJson, readText } from './json/json-file.ts';
import { repeatedKeyWarnings } from './json/repeated-keys.ts';
import { sameAddressWarnings } from './same-address.ts';
import { Identities } from './same-identity.ts';
import { readTemplates, type Templates } from './templates.ts';
import { VOICE_NAMES } from './voices/voice-names.ts';

/** Where devices.json is looked for when `REMOTE_DEVICES_CONFIG` is not set, in this order: that of the original. */
const DEFAULT_LOCATIONS = ['./devices.json', '/app/devices.json', '/config/devices.json'] as const;

/** What a mistyped key may have meant, besides the keys of a device. */
const OTHER_KEYS = ['ca_file', 'fingerprint', 'servername'];

/** The names in a file that is wrong somewhere: duplicates are told all the same. */
const namesIn = z
  .object({ devices: z.array(z.object({ name: nameSchema }).catch({ name: '' })) })
  .transform(({ devices }) => devices.map(({ name }) => name || undefined));

/** devices.json, read and checked. */
export interface DevicesConfig {
  readonly file: string;
  /** SHA-256 of its text, hex. */
  readonly hash: string;
  /** Its text. */
  readonly text: string;
  readonly devices: readonly DeviceConfig[];
  /** Entries that are wrong, in their order. Empty unless it was read leniently. */
  readonly misconfigured: readonly MisconfiguredDevice[];
  /** What a device gets that dials in and is in no entry, by protocol. */
  readonly templates: Templates['byProtocol'];
  /** What is allowed but probably not meant. */
  readonly warnings: readonly string[];
}

/**
 * Finds devices.json.
 * @param explicit the value of `REMOTE_DEVICES_CONFIG`; it is then the only place
 * @throws DialtoneError `config_not_found` that names every place and the two ways on
 */
export function findDevicesFile(
  explicit: string | undefined,
  locations: readonly string[] = DEFAULT_LOCATIONS,
): string {
  const places = explicit === undefined ? locations : [explicit];
  const found = places.find((place) => exists(place));
  if (found !== undefined) return found;
  const named = explicit === undefined ? places.join(', ') : `${explicit} (from REMOTE_DEVICES_CONFIG)`;
  throw new DialtoneError(
    'config_not_found',
    `no devices.json found. Looked at: ${named}.
Two ways on:
  - name your devices: cp devices.example.json devices.json, edit it, and start again
  - try it without a device: npm run demo`,
  );
}

function exists(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch (error) {
    // A file that is there but may not be entered is found: reading it then says what is wrong.
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

/** What a devices.json is checked against. */
export interface DevicesFileOptions {
  /** How the devices of each protocol are written. */
  readonly kinds: DeviceKinds;
  /** Names of the voice book, in NFC. Default: the built-in ones. */
  readonly voices?: readonly string[];
  /** Where `token_env` is looked up. Default: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Whether an entry that is wrong leaves the others alone: it is then one of `misconfigured`. Default: it is an error. */
  readonly lenient?: boolean;
  /** See {@link DeviceCheck}. Default: nothing else keeps a device from running. */
  readonly check?: DeviceCheck;
}

/**
 * Reads and checks devices.json.
 * @throws DialtoneError `config_unreadable` or `config_invalid`; the latter lists every error at once. When lenient: only for what
 * concerns the file as a whole
 */
export function readDevicesFile(file: string, options: DevicesFileOptions): DevicesConfig {
  return parseDevices(readText(file), file, options);
}

/**
 * Checks the text of a devices.json.
 * @param file named in errors; relative paths in the text start at its folder
 * @throws DialtoneError `config_invalid`, as {@link readDevicesFile}
 */
export function parseDevices(text: string, file: string, options: DevicesFileOptions): DevicesConfig {
  const json = parseJson(text, file, '{ "devices": [ … ] }');
  const { devices, misconfigured, templates, warnings } = options.lenient
    ? checkLeniently(json, { file, text }, options)
    : { ...checkStrictly(json, { file, text }, options), misconfigured: [], warnings: [] };
  return {
    file,
    hash: createHash('sha256').update(text).digest('hex'),
    text,
    devices,
    misconfigured,
    templates,
    warnings: [...repeatedKeyWarnings(text), ...warnings, ...warningsOf(devices, misconfigured.length)],
  };
}

/** The file but for its entries. Other keys are no reason for silence. */
const rootSchema = z.looseObject({
  defaults: z.unknown().optional(),
  devices: z.array(z.unknown()).max(10_000, 'at most 10,000 devices'),
});

/** A file of the configuration, and the text in it. */
interface Source {
  readonly file: string;
  readonly text: string;
}

function checkLeniently(json: unknown, { file, text }: Source, options: DevicesFileOptions) {
  const { kinds, voices = VOICE_NAMES, env = process.env } = options;
  const knownKeys = knownKeysOf(kinds);
  const root = rootSchema.safeParse(json);
  if (!root.success) throw invalidFile(file, describeIssues(root.error.issues, json, knownKeys), text);
  const { devices: entries, $schema: _, defaults, ...others } = root.data;
  const keys = Object.keys(others);
  const issue: z.core.$ZodIssue = { code: 'unrecognized_keys', keys, path: [], message: '' };
  const templates = readTemplates(defaults, kinds, deviceSchemaFor(kinds, voices), knownKeys);
  return {
    ...checkEntries(entries, { kinds, voices, env, folder: dirname(file), knownKeys, check: options.check }),
    templates: templates.byProtocol,
    warnings: [...describeIssues([issue], json, knownKeys), ...templates.problems],
  };
}

function checkStrictly(json: unknown, { file, text }: Source, options: DevicesFileOptions) {
  const { kinds, voices = VOICE_NAMES, env = process.env } = options;
  const parsed = devicesFileSchemaFor(kinds, voices).safeParse(json);
  const knownKeys = knownKeysOf(kinds);
  if (!parsed.success) {
    const issues = describeIssues(parsed.error.issues, json, knownKeys);
    throw invalidFile(file, [...issues, ...duplicatesIn(namesIn.safeParse(json).data ?? [])], text);
  }
  const templates = readTemplates(parsed.data.defaults, kinds, deviceSchemaFor(kinds, voices), knownKeys);
  const problems = [...templates.problems, ...duplicatesIn(parsed.data.devices.map(({ name }) => name))];
  const identities = new Identities();
  const devices = parsed.data.devices.map((entry, index) => {
    const access = resolveAccess(entry, { env, folder: dirname(file) });
    const device = toDeviceConfig(entry, access);
    const same = identities.add(device, index);
    const found = [...access.problems, ...(options.check?.(device) ?? []), ...(same === undefined ? [] : [same])];
    problems.push(...found.map((problem) => `devices[${index}].${problem}`));
    return device;
  });
  if (problems.length > 0) throw invalidFile(file, problems, text);
  return { devices, templates: templates.byProtocol };
}

function knownKeysOf(kinds: DeviceKinds): readonly string[] {
  return ['devices', 'defaults', ...deviceKeys(kinds), ...OTHER_KEYS];
}

/** Devices that have the name of another. @param names of all devices; undefined: it is none */
function duplicatesIn(names: readonly (string | undefined)[]): string[] {
  const firstByName = new Map<string, number>();
  const problems: string[] = [];
  for (const [index, name] of names.entries()) {
    if (name === undefined) continue;
    const key = name.toLowerCase();
    const first = firstByName.get(key);
    if (first === undefined) firstByName.set(key, index);
    else problems.push(duplicateName(name, index, first));
  }
  return problems;
}

function warningsOf(devices: readonly DeviceConfig[], misconfigured: number): string[] {
  const isEmpty = devices.length + misconfigured === 0;
  return [...(isEmpty ? ['"devices" is empty: nothing will be dialled'] : []), ...sameAddressWarnings(devices)];
}
