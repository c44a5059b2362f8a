import { onTestFinished } from 'vitest';
import { HotpinDevice, type HotpinDeviceOptions } from '../../../device-sim/protocols/hotpin/hotpin-device.ts';

/** A simulated pin for the length of a test. */
export function hotpinDevice(port: number | undefined, options: Omit<HotpinDeviceOptions, 'url'> = {}): HotpinDevice {
  const device = new HotpinDevice({ url: `ws://127.0.0.1:${port}/ws`, token: 'pin-token', ...options });
  onTestFinished(() => device.off());
  return device;
}
