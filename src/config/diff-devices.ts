import { isDeepStrictEqual } from 'node:util';
import { sameAccess } from './device-access.ts';
import type { DeviceConfig } from './devices-schema.ts';

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
    if (!old) diff.added.push(device);
    else if (!sameLine(old, device)) diff.restarted.push(device);
    else if (isDeepStrictEqual(old, device)) diff.unchanged.push(device);
    else diff.updated.push(device);
  }
  return diff;
}

/** Secrets compare by their own: any two are the same to `isDeepStrictEqual`. */
function sameLine(a: DeviceConfig, b: DeviceConfig): boolean {
  return sameAccess(a, b) && isDeepStrictEqual(connectionOf(a), connectionOf(b));
}

function connectionOf(device: DeviceConfig): Record<string, unknown> {
  return Object.fromEntries(Object.entries(device).filter(([field]) => !SESSION_FIELDS.has(field)));
}
