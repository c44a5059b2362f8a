import { onTestFinished } from 'vitest';
import { XiaozhiDevice, type XiaozhiDeviceOptions } from '../../../device-sim/protocols/xiaozhi/xiaozhi-device.ts';

/** A simulated xiaozhi device for the length of a test. */
export function xiaozhiDevice(
  port: number | undefined,
  options: Omit<XiaozhiDeviceOptions, 'url' | 'id'> & { readonly id?: string },
): XiaozhiDevice {
  const device = new XiaozhiDevice({ url: `ws://127.0.0.1:${port}/xiaozhi/v1/`, id: '02:00:00:00:00:01', ...options });
  onTestFinished(() => device.off());
  return device;
}
