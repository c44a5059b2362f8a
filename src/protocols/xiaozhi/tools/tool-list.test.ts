import { expect, it } from 'vitest';
import { readToolList } from './tool-list.ts';

const audienceOf = async (name: string) => {
  const { tools } = await readToolList(async () => ({ tools: [{ name, description: '', inputSchema: {} }] }));
  return tools[0]?.audience;
};

it.each([
  'self.reboot',
  'self.upgrade_firmware',
  'self.get_system_info',
  'self.assets.set_download_url',
  'self.screen.get_info',
  'self.screen.snapshot',
  'self.screen.preview_image',
  'self.system.reboot',
  'self.system.reboot_device',
  'reboot',
  'device-reboot',
  'self.firmware_upgrade',
  'self.ota.update_firmware',
  'self.system.factory_reset',
])('%s is for the owner alone, without a word of the device', async (name) => {
  expect(await audienceOf(name)).toBe('user');
});

it.each([
  'self.get_device_status',
  'self.screen.set_theme',
  'self.music.restart',
  'self.get_firmware_version',
  'rebooted',
])('%s is for the model', async (name) => {
  expect(await audienceOf(name)).toBe('model');
});
