import {
  type DevicesConfig,
  type DevicesFileOptions,
  parseDevices as parse,
  readDevicesFile as read,
} from '#src/config/devices-file';
import { type DeviceConfig, type DeviceOptions, deviceSchemaFor, toDeviceConfig } from '#src/config/devices-schema';
import { PROTOCOLS } from '#src/protocols/registry';

/** One entry of devices.json, of any protocol. */
export const deviceSchema = deviceSchemaFor(PROTOCOLS);

/** A device with defaults; `entry` is as in devices.json. `Options`: those of its protocol. */
export function deviceConfig<Options extends DeviceOptions = DeviceOptions>(
  entry: Readonly<Record<string, unknown>> = {},
): DeviceConfig<Options> {
  return toDeviceConfig(deviceSchema.parse({ name: 'kitchen', host: '192.0.2.1', ...entry })) as DeviceConfig<Options>;
}

/** Checks the text of a devices.json with devices of any protocol. */
export function parseDevices(text: string, file: string, more: Partial<DevicesFileOptions> = {}): DevicesConfig {
  return parse(text, file, { kinds: PROTOCOLS, ...more });
}

/** Reads a devices.json with devices of any protocol. */
export function readDevicesFile(file: string): DevicesConfig {
  return read(file, { kinds: PROTOCOLS });
}
