import { createHash } from 'node:crypto';
import { accessSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DialtoneError } from '../errors.ts';
import { resolveAccess } from './access-files.ts';
import { describeIssues } from './describe-issues.ts';
import { type DeviceConfig, deviceSchema, devicesFileSchema, toDeviceConfig } from './devices-schema.ts';

/** Where devices.json is looked for when `REMOTE_DEVICES_CONFIG` is not set, in this order: that of the original. */
export const DEFAULT_LOCATIONS = ['./devices.json', '/app/devices.json', '/config/devices.json'] as const;

/** A larger file is refused before it is parsed: 10,000 devices need about 3 MB. */
const MAX_BYTES = 8 * 1024 * 1024;

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
 * @throws DialtoneError `config_unreadable` or `config_invalid`; the latter lists every error at once
 */
export function readDevicesFile(file: string): DevicesConfig {
  return parseDevices(readText(file), file);
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    const stat = statSync(file);
    if (!stat.isFile()) throw new Error('it is not a regular file');
    if (stat.size > MAX_BYTES) throw new Error(`it has ${stat.size} bytes; at most ${MAX_BYTES} are read`);
    bytes = readFileSync(file);
  } catch (error) {
    throw new DialtoneError('config_unreadable', `${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) throw invalid(file, ['the file is UTF-16: save it as UTF-8']);
  try {
    // Ignores a byte order mark, refuses bytes that are not UTF-8.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid(file, ['the file is not UTF-8 text']);
  }
}

/**
 * Checks the text of a devices.json.
 * @param file named in errors; relative paths in the text start at its folder
 * @param env where `token_env` is looked up
 */
export function parseDevices(
  text: string,
  file: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): DevicesConfig {
  if (text.trim() === '') throw invalid(file, ['the file is empty; expected { "devices": [ … ] }']);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw invalid(file, [describeSyntaxError(text, error as SyntaxError)]);
  }
  const parsed = devicesFileSchema.safeParse(json);
  if (!parsed.success) {
    throw invalid(file, describeIssues(parsed.error.issues, json, KNOWN_KEYS));
  }
  const problems: string[] = [];
  const devices = parsed.data.devices.map((entry, index) => {
    const access = resolveAccess(entry, { env, folder: dirname(file) });
    problems.push(...access.problems.map((problem) => `devices[${index}].${problem}`));
    return toDeviceConfig(entry, access);
  });
  if (problems.length > 0) throw invalid(file, problems);
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

function invalid(file: string, problems: readonly string[]): DialtoneError {
  const count = problems.length === 1 ? 'an error' : `${problems.length} errors`;
  const list = problems.map((problem) => `  - ${problem}`).join('\n');
  return new DialtoneError('config_invalid', `${file} has ${count}:\n${list}`, { details: problems });
}

/** Node names a position or a line, depending on its version and the error: always say the line. */
function describeSyntaxError(text: string, error: SyntaxError): string {
  const position = /position (\d+)/.exec(error.message)?.[1];
  const at = position === undefined ? text.length : Number(position);
  const line = text.slice(0, at).split('\n').length;
  const reason = error.message
    .replace(/ in JSON at position.*$/s, '')
    // What follows quotes from the file, which may hold a token.
    .replace(/, ?(?:\.\.\.)?"[\s\S]*$/, '')
    .replace(/\s+/g, ' ');
  return `line ${line}: not valid JSON (${reason})`;
}
