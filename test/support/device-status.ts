import { deviceSchema, toDeviceConfig } from '#src/config/devices-schema';
import type { DeviceStatus, Fleet, ReconnectResult } from '#src/fleet/fleet';

/** A device's status with defaults, for tests of what only reads it. `entry` is as in devices.json. */
export function deviceStatus(
  entry: { name: string } & Record<string, unknown>,
  rest: Partial<DeviceStatus> = {},
): DeviceStatus {
  const config = toDeviceConfig(deviceSchema.parse({ host: '192.0.2.1', ...entry }));
  return {
    config,
    state: config.enabled ? 'ready' : 'disabled',
    since: Date.UTC(2026, 0, 1),
    attempts: 0,
    lastError: null,
    nextRetryAt: null,
    lastSeenAt: null,
    activity: 'idle',
    reported: null,
    ...rest,
  };
}

/** A fleet that is only data, and remembers which devices were to be reconnected. */
export class StillFleet implements Fleet {
  devices: DeviceStatus[];
  readonly reconnected: string[] = [];

  constructor(devices: DeviceStatus[]) {
    this.devices = devices;
  }

  list(): readonly DeviceStatus[] {
    return this.devices;
  }

  get(name: string): DeviceStatus | undefined {
    return this.devices.find(({ config }) => config.name === name);
  }

  reconnect(name: string): ReconnectResult {
    const device = this.get(name);
    if (!device) return 'unknown_device';
    if (!device.config.enabled) return 'disabled';
    this.reconnected.push(name);
    return 'accepted';
  }
}
