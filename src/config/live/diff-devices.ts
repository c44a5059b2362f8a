import { isDeepStrictEqual } from 'node:util';
import { sameAccess } from '../access/device-access.ts';
import type { DeviceConfig } from '../devices-schema.ts';

/** What makes the running devices the wanted ones. */
export interface DeviceDiff {
  readonly added: readonly DeviceConfig[];
  readonly removed: readonly DeviceConfig[];
  /** Reached in another way than before. */
  readonly restarted: readonly DeviceConfig[];
  /** Reached as before, but something else is different. */
  readonly updated: readonly DeviceConfig[];
  readonly unchanged: readonly DeviceConfig[];
}

/** Fields that a line need not end for. Every other one decides how, or as whom, a device is reached. */
const SESSION_FIELDS: ReadonlySet<string> = new Set<keyof DeviceConfig>([
  'voice',
  'instructions',
  'engines',
  'tools',
  'reconnectDelayMs',
  'autoReconnect',
  'enabled',
  'conversation',
]);

/** Compares by name; the order does not matter. */
export function diffDevices(running: readonly DeviceConfig[], wanted: readonly DeviceConfig[]): DeviceDiff {
  const before = new Map(running.map((device) => [device.name, device]));
  const names = new Set(wanted.map(({ name }) => name));
  const diff = {
    added: [] as DeviceConfig[],
    removed: running.filter(({ name }) => !names.has(name)),
    restarted: [] as DeviceConfig[],
    updated: [] as DeviceConfig[],
    unchanged: [] as DeviceConfig[],
  };
  for (const device of wanted) {
    const old = before.get(device.name);
    if (old) diff[changeOf(old, device)].push(device);
    else diff.added.push(device);
  }
  return diff;
}

/** Secrets compare by their own: any two are the same to `isDeepStrictEqual`. */
function changeOf(old: DeviceConfig, device: DeviceConfig): 'restarted' | 'updated' | 'unchanged' {
  if (!sameAccess(old, device)) return 'restarted';
  let change: 'updated' | 'unchanged' = 'unchanged';
  for (const field of new Set([...fieldsOf(old), ...fieldsOf(device)])) {
    // Nearly all of them are plain values: a thousand devices are compared amid conversations.
    if (old[field] === device[field] || isDeepStrictEqual(old[field], device[field])) continue;
    if (!SESSION_FIELDS.has(field)) return 'restarted';
    change = 'updated';
  }
  return change;
}

function fieldsOf(device: DeviceConfig): (keyof DeviceConfig)[] {
  return Object.keys(device) as (keyof DeviceConfig)[];
}
