import type { z } from 'zod';
import type { DeviceKinds } from './device-kind.ts';
import { type DeviceConfig, type DeviceEntry, OWN_KEYS, toDeviceConfig } from './devices-schema.ts';
import { describeIssues } from './json/describe-issues.ts';

/** `defaults` of devices.json, read. */
export interface Templates {
  /** What a device that no entry is for gets under `ACCEPT_UNKNOWN`, by protocol. Name and id are placeholders. */
  readonly byProtocol: ReadonlyMap<string, DeviceConfig>;
  /** What is wrong, a line each, beginning with `defaults.`. */
  readonly problems: readonly string[];
}

/**
 * Reads the templates for unknown devices. A protocol without one has the defaults of every key.
 * @param defaults the value of `defaults` in the file; undefined: none
 */
export function readTemplates(
  defaults: unknown,
  kinds: DeviceKinds,
  schema: z.ZodType<DeviceEntry>,
  knownKeys: readonly string[],
): Templates {
  const byProtocol = new Map<string, DeviceConfig>();
  const problems: string[] = [];
  const accepting = kinds.filter(({ directions }) => directions.includes('accept')).map(({ id }) => id);
  const isObject = typeof defaults === 'object' && defaults !== null && !Array.isArray(defaults);
  if (defaults !== undefined && !isObject) problems.push('defaults: expected an object with a template by protocol');
  const given = isObject ? (defaults as Readonly<Record<string, unknown>>) : {};
  for (const id of Object.keys(given)) {
    if (accepting.includes(id)) continue;
    const known = accepting.map((one) => `"${one}"`).join(', ');
    problems.push(`defaults.${id}: no devices of this protocol dial in: use one of ${known}`);
  }
  for (const protocol of accepting) {
    const template = Object.hasOwn(given, protocol) ? given[protocol] : {};
    if (typeof template !== 'object' || template === null || Array.isArray(template)) {
      problems.push(`defaults.${protocol}: expected an object with keys of a device`);
      continue;
    }
    const own = OWN_KEYS.filter((key) => Object.hasOwn(template, key));
    problems.push(...own.map((key) => `defaults.${protocol}.${key}: every device has its own: remove it`));
    const parsed = schema.safeParse({ ...template, name: 'template', protocol, direction: 'accept', id: 'template' });
    if (own.length > 0) continue;
    if (parsed.success) byProtocol.set(protocol, toDeviceConfig(parsed.data));
    else {
      const issues = parsed.error.issues.map((issue) => ({ ...issue, path: ['defaults', protocol, ...issue.path] }));
      problems.push(...describeIssues(issues, { defaults: given }, knownKeys));
    }
  }
  return { byProtocol, problems };
}
