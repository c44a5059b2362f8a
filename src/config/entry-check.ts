import { z } from 'zod';
import { resolveAccess } from './access/access-files.ts';
import type { DeviceKinds } from './device-kind.ts';
import { nameSchema } from './device-name.ts';
import { type DeviceConfig, type DeviceEntry, deviceSchemaFor, toDeviceConfig } from './devices-schema.ts';
import { describeIssues } from './json/describe-issues.ts';
import { Identities } from './same-identity.ts';

/** An entry of devices.json that is wrong: the other devices run without it. */
export interface MisconfiguredDevice {
  /** Its own name; where it has none, or another device has it too, with its place in the file: `kitchen (entry 3)`. */
  readonly name: string;
  /** Whether that is its own name. */
  readonly isNamed: boolean;
  /** Place in `devices`, from 0. */
  readonly index: number;
  /** Everything that is wrong, a line each, beginning with `devices[2].`. */
  readonly errors: readonly string[];
  /** What can be read of the entry, and defaults for the rest: only to be shown. */
  readonly shown: DeviceConfig;
}

/** What the entries are checked against. */
export interface EntryCheckOptions {
  readonly kinds: DeviceKinds;
  /** Names of the voice book, in NFC. */
  readonly voices: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder at which relative paths start. */
  readonly folder: string;
  /** What a mistyped key may have meant. */
  readonly knownKeys: readonly string[];
  /** See {@link DeviceCheck}. */
  readonly check?: DeviceCheck | undefined;
}

/** What keeps a device from running whose entry is right by itself, a line each that begins with the key: `engines.llm: …`. */
export type DeviceCheck = (device: DeviceConfig) => readonly string[];

/** The entries of devices.json, told apart. */
export interface CheckedEntries {
  readonly devices: readonly DeviceConfig[];
  readonly misconfigured: readonly MisconfiguredDevice[];
}

/** What can be read of an entry that is wrong. */
const legibleSchema = z
  .object({
    name: nameSchema.optional().catch(undefined),
    host: z.string().max(253).catch(''),
    port: z.int().min(0).max(65535).catch(0),
    protocol: z.string().max(64).optional().catch(undefined),
    direction: z.enum(['dial', 'accept']).catch('dial'),
    enabled: z.boolean().catch(true),
  })
  .catch({ name: undefined, host: '', port: 0, protocol: undefined, direction: 'dial', enabled: true });

/** Checks every entry of devices.json by itself: what is wrong with one does not concern the others. */
export function checkEntries(entries: readonly unknown[], options: EntryCheckOptions): CheckedEntries {
  const { kinds, voices, env, folder, knownKeys, check } = options;
  const schema = deviceSchemaFor(kinds, voices);
  const devices: DeviceConfig[] = [];
  const wrong: { readonly index: number; readonly errors: string[] }[] = [];
  const taken = new Map<string, number>();
  const identities = new Identities();
  for (const [index, entry] of entries.entries()) {
    const parsed = schema.safeParse(entry);
    if (!parsed.success) {
      const issues = parsed.error.issues.map((issue) => ({ ...issue, path: ['devices', index, ...issue.path] }));
      wrong.push({ index, errors: describeIssues(issues, { devices: entries }, knownKeys) });
      continue;
    }
    const access = resolveAccess(parsed.data, { env, folder });
    const device = toDeviceConfig(parsed.data, access);
    const problems = [...access.problems, ...(check?.(device) ?? [])];
    const same = identities.add(device, index);
    if (same !== undefined) problems.push(same);
    const errors = problems.map((problem) => `devices[${index}].${problem}`);
    const first = taken.get(keyOf(parsed.data.name));
    if (first !== undefined) errors.push(duplicateName(parsed.data.name, index, first));
    if (errors.length > 0) wrong.push({ index, errors });
    else {
      taken.set(keyOf(parsed.data.name), index);
      devices.push(device);
    }
  }
  const placeholder = toDeviceConfig(placeholderEntry(schema));
  const misconfigured = wrong.map(({ index, errors }) => {
    const legible = legibleSchema.parse(entries[index]);
    const name = freeName(legible.name, index, taken);
    taken.set(keyOf(name), index);
    const { host, port, protocol = placeholder.protocol, direction, enabled } = legible;
    return {
      name,
      isNamed: name === legible.name,
      index,
      errors,
      shown: { ...placeholder, name, host, port, protocol, direction, enabled },
    };
  });
  return { devices, misconfigured };
}

/** One line about a name that another device has. */
export function duplicateName(name: string, index: number, first: number): string {
  const taken = `"${name}" is the name of devices[${first}] already: names must be unique, whatever their case`;
  return `devices[${index}].name: ${taken}; found "${name}"`;
}

function placeholderEntry(schema: z.ZodType<DeviceEntry>): DeviceEntry {
  return schema.parse({ name: 'placeholder', host: 'placeholder' });
}

/** A name that no other device has: numbers count from 1, as people count. */
function freeName(own: string | undefined, index: number, taken: ReadonlyMap<string, number>): string {
  if (own !== undefined && !taken.has(keyOf(own))) return own;
  const numbered = own === undefined ? `entry ${index + 1}` : `${own} (entry ${index + 1})`;
  let name = numbered;
  for (let again = 2; taken.has(keyOf(name)); again++) name = `${numbered} ${again}`;
  return name;
}

function keyOf(name: string): string {
  return name.toLowerCase();
}
