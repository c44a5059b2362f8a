import type { DeviceStatus } from '../fleet/fleet.ts';

/** Whether a device is to be connected: as devices.json says, unless it was switched over REST. */
export function isEnabled({ config, override }: Pick<DeviceStatus, 'config' | 'override'>): boolean {
  return override === null ? config.enabled : override === 'enabled';
}
