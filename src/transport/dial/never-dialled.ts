import type { DeviceConfig } from '../../config/devices-schema.ts';
import { checkHost, cidrList } from './address-guard.ts';

/** Settings that say which devices are reached. */
export interface DialSettings {
  readonly ALLOW_LOOPBACK: boolean;
  readonly DEVICE_CIDRS?: readonly string[] | undefined;
  readonly LISTEN_PORT?: number | undefined;
  readonly ESP32_WEBSOCKET_PORT?: number | undefined;
}

/**
 * Warnings of devices that are enabled and never reached: they dial in, but there is no port for it; or they have an IP address
 * that the dial refuses. A name is judged when it is dialled: nothing is looked up here.
 */
export function neverDialledWarnings(
  devices: readonly Pick<DeviceConfig, 'name' | 'direction' | 'host' | 'enabled'>[],
  { ALLOW_LOOPBACK, DEVICE_CIDRS, LISTEN_PORT, ESP32_WEBSOCKET_PORT }: DialSettings,
): string[] {
  const listens = LISTEN_PORT !== undefined || ESP32_WEBSOCKET_PORT !== undefined;
  const policy = { allowLoopback: ALLOW_LOOPBACK, cidrs: DEVICE_CIDRS && cidrList(DEVICE_CIDRS) };
  return devices.flatMap(({ name, direction, host, enabled }) => {
    if (direction === 'accept') {
      return listens || !enabled ? [] : [`"${name}" cannot dial in: set LISTEN_PORT to the port that it dials`];
    }
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
