import { findDevicesFile, readDevicesFile } from '../config/devices-file.ts';
import { readVoiceBook } from '../config/voices/voice-book.ts';
import { PROTOCOLS } from '../protocols/registry.ts';
import { parseSettings } from '../settings.ts';
import { withDialWarnings } from '../transport/dial/never-dialled.ts';
import type { CommandArgs, CommandIo } from './command.ts';
import { EXIT } from './exit-codes.ts';

/**
 * `dialtone validate`.
 * @throws DialtoneError `config_*`, `settings_invalid`
 */
export function validate({ positionals: [file] }: CommandArgs, { env, out }: CommandIo): number {
  const path = file ?? findDevicesFile(parseSettings(env).REMOTE_DEVICES_CONFIG);
  // Only what the file is checked against: other settings need not be right.
  const { VOICES_FILE, ALLOW_LOOPBACK, DEVICE_CIDRS, LISTEN_PORT, ESP32_WEBSOCKET_PORT } = env;
  const settings = parseSettings({ VOICES_FILE, ALLOW_LOOPBACK, DEVICE_CIDRS, LISTEN_PORT, ESP32_WEBSOCKET_PORT });
  const { names } = readVoiceBook(settings.VOICES_FILE);
  const config = readDevicesFile(path, { kinds: PROTOCOLS, voices: names });
  const { devices, warnings } = withDialWarnings(config, settings);
  for (const warning of warnings) out(`warning: ${warning}\n`);
  const enabled = devices.filter((device) => device.enabled).length;
  out(`${path} is right: ${devices.length} devices, ${enabled} of them enabled\n`);
  return EXIT.ok;
}
