import { deviceSchema, toDeviceConfig } from '#src/config/devices-schema';
import type { DeviceStatus, Fleet, FleetResult } from '#src/fleet/fleet';
import { isEnabled } from '#src/telemetry/is-enabled';

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
    flapping: false,
    connections: 1,
    rttMs: null,
    lastSeenAt: null,
    activity: 'idle',
    turn: null,
    reported: null,
    override: null,
    ...rest,
  };
}

/** A fleet that is only data, and remembers what was asked of it. */
export class StillFleet implements Fleet {
  say(): 'not_connected' {
    return 'not_connected';
  }
  ask(): 'not_connected' {
    return 'not_connected';
  }
  interrupt(): 'not_connected' {
    return 'not_connected';
  }
  listen(): 'not_connected' {
    return 'not_connected';
  }
  forgetHistory(): 'accepted' {
    return 'accepted';
  }
  devices: DeviceStatus[];
  readonly reconnected: string[] = [];
  readonly disconnected: string[] = [];
  /** What a reconnect of a device that could be reconnected comes to. */
  answer: () => FleetResult = () => 'accepted';

  constructor(devices: DeviceStatus[]) {
    this.devices = devices;
  }

  list(): readonly DeviceStatus[] {
    return this.devices;
  }

  get(name: string): DeviceStatus | undefined {
    return this.devices.find(({ config }) => config.name === name);
  }

  reconnect(name: string): FleetResult {
    return this.#wish(name, this.reconnected, this.answer);
  }

  disconnect(name: string): FleetResult {
    return this.#wish(name, this.disconnected, () => 'accepted');
  }

  setEnabled(name: string, enabled: boolean): FleetResult {
    const device = this.get(name);
    if (!device) return 'unknown_device';
    const override = enabled === device.config.enabled ? null : enabled ? 'enabled' : 'disabled';
    const state = enabled ? 'queued' : 'disabled';
    this.devices = this.devices.map((other) => (other === device ? { ...other, override, state } : other));
    return 'accepted';
  }

  #wish(name: string, granted: string[], answer: () => FleetResult): FleetResult {
    const device = this.get(name);
    if (!device) return 'unknown_device';
    if (!isEnabled(device)) return 'disabled';
    const result = answer();
    if (result === 'accepted') granted.push(name);
    return result;
  }
}
