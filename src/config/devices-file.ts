import { createHash } from 'node:crypto';
import { accessSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { DialtoneError } from '../core/errors.ts';
import { resolveAccess } from './access-files.ts';
import { describeIssues } from './describe-issues.ts';
import type { DeviceKinds } from './device-kind.ts';
import { nameSchema } from './device-name.ts';
import { type DeviceConfig, deviceKeys, devicesFileSchemaFor, toDeviceConfig } from './devices-schema.ts';
import { invalidFile, parseJson, readText } from './json-file.ts';
import { sameAddressWarnings } from './same-address.ts';
import { VOICE_NAMES } from './voice-names.ts';

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
  readonly devices: readonly DeviceConfig[];
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
}

/**
 * Reads and checks devices.json.
 * @throws DialtoneError `config_unreadable` or `config_invalid`; the latter lists every error at once
 */
export function readDevicesFile(file: string, options: DevicesFileOptions): DevicesConfig {
  return parseDevices(readText(file), file, options);
}

/**
 * Checks the text of a devices.json.
 * @param file named in errors; relative paths in the text start at its folder
 * @throws DialtoneError `config_invalid`, which lists every error at once
 */
export function parseDevices(text: string, file: string, options: DevicesFileOptions): DevicesConfig {
  const { kinds, voices = VOICE_NAMES, env = process.env } = options;
  const json = parseJson(text, file, '{ "devices": [ … ] }');
  const parsed = devicesFileSchemaFor(kinds, voices).safeParse(json);
  if (!parsed.success) {
    const knownKeys = ['devices', ...deviceKeys(kinds), ...OTHER_KEYS];
    const issues = describeIssues(parsed.error.issues, json, knownKeys);
    throw invalidFile(file, [...issues, ...duplicatesIn(namesIn.safeParse(json).data ?? [])]);
  }
  const problems = duplicatesIn(parsed.data.devices.map(({ name }) => name));
  const devices = parsed.data.devices.map((entry, index) => {
    const access = resolveAccess(entry, { env, folder: dirname(file) });
    problems.push(...access.problems.map((problem) => `devices[${index}].${problem}`));
    return toDeviceConfig(entry, access);
  });
  if (problems.length > 0) throw invalidFile(file, problems);
  return { file, hash: createHash('sha256').update(text).digest('hex'), devices, warnings: warningsOf(devices) };
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
    else {
      const taken = `"${name}" is the name of devices[${first}] already: names must be unique, whatever their case`;
      problems.push(`devices[${index}].name: ${taken}; found "${name}"`);
    }
  }
  return problems;
}

function warningsOf(devices: readonly DeviceConfig[]): string[] {
  const empty = devices.length === 0 ? ['"devices" is empty: nothing will be dialled'] : [];
  return [...empty, ...sameAddressWarnings(devices)];
}
