import type { DeviceConfig } from '../../config/devices-schema.ts';
import { checkHost, cidrList } from './address-guard.ts';

/** Settings that say which addresses are dialled. */
export interface DialSettings {
  readonly ALLOW_LOOPBACK: boolean;
  readonly DEVICE_CIDRS?: readonly string[] | undefined;
}

/**
 * Warnings of devices whose address is never dialled: enabled, with an IP address that the dial refuses. A name is judged when it
 * is dialled: nothing is looked up here.
 */
export function neverDialledWarnings(
  devices: readonly Pick<DeviceConfig, 'name' | 'direction' | 'host' | 'enabled'>[],
  { ALLOW_LOOPBACK, DEVICE_CIDRS }: DialSettings,
): string[] {
  const policy = { allowLoopback: ALLOW_LOOPBACK, cidrs: DEVICE_CIDRS && cidrList(DEVICE_CIDRS) };
  return devices.flatMap(({ name, direction, host, enabled }) => {
    if (direction === 'accept') return [];
    const verdict = checkHost(host, policy);
    return verdict.ok || !enabled ? [] : [`"${name}" is never dialled: ${verdict.reason}`];
  });
}

/** The configuration with these warnings behind its own. */
export function withDialWarnings<
  T extends { readonly devices: readonly DeviceConfig[]; readonly warnings: readonly string[] },
>(config: T, settings: DialSettings): T {
  return { ...config, warnings: [...config.warnings, ...neverDialledWarnings(config.devices, settings)] };
}
