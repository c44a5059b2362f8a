import { createHash } from 'node:crypto';
import { accessSync } from 'node:fs';
import { dirname } from 'node:path';
import { DialtoneError } from '../core/errors.ts';
import { resolveAccess } from './access-files.ts';
import { describeIssues } from './describe-issues.ts';
import { type DeviceConfig, deviceSchema, devicesFileSchemaFor, toDeviceConfig } from './devices-schema.ts';
import { invalidFile, parseJson, readText } from './json-file.ts';
import { VOICE_NAMES } from './voice-names.ts';

/** Where devices.json is looked for when `REMOTE_DEVICES_CONFIG` is not set, in this order: that of the original. */
const DEFAULT_LOCATIONS = ['./devices.json', '/app/devices.json', '/config/devices.json'] as const;

/** What a mistyped key may have meant. */
const KNOWN_KEYS = ['devices', ...Object.keys(deviceSchema.shape), 'ca_file', 'fingerprint', 'servername'];

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

/**
 * Reads and checks devices.json.
 * @param voices names of the voice book; default: the built-in ones
 * @throws DialtoneError `config_unreadable` or `config_invalid`; the latter lists every error at once
 */
export function readDevicesFile(file: string, voices: readonly string[] = VOICE_NAMES): DevicesConfig {
  return parseDevices(readText(file), file, process.env, voices);
}

/**
 * Checks the text of a devices.json.
 * @param file named in errors; relative paths in the text start at its folder
 * @param env where `token_env` is looked up
 * @param voices names of the voice book, in NFC; default: the built-in ones
 */
export function parseDevices(
  text: string,
  file: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
  voices: readonly string[] = VOICE_NAMES,
): DevicesConfig {
  const json = parseJson(text, file, '{ "devices": [ … ] }');
  const parsed = devicesFileSchemaFor(voices).safeParse(json);
  if (!parsed.success) {
    throw invalidFile(file, describeIssues(parsed.error.issues, json, KNOWN_KEYS));
  }
  const problems: string[] = [];
  const devices = parsed.data.devices.map((entry, index) => {
    const access = resolveAccess(entry, { env, folder: dirname(file) });
    problems.push(...access.problems.map((problem) => `devices[${index}].${problem}`));
    return toDeviceConfig(entry, access);
  });
  if (problems.length > 0) throw invalidFile(file, problems);
  return { file, hash: createHash('sha256').update(text).digest('hex'), devices, warnings: warningsOf(devices) };
}

function warningsOf(devices: readonly DeviceConfig[]): string[] {
  const warnings: string[] = [];
  if (devices.length === 0) warnings.push('"devices" is empty: nothing will be dialled');
  const byAddress = new Map<string, string>();
  for (const { name, host, port, enabled } of devices) {
    if (!enabled) continue;
    const address = `${host}:${port}`;
    const other = byAddress.get(address);
    if (other === undefined) byAddress.set(address, name);
    else warnings.push(`"${other}" and "${name}" have the same address ${address}: each would get half of the audio`);
  }
  return warnings;
}
