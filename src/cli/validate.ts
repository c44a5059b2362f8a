import { findDevicesFile, readDevicesFile } from '../config/devices-file.ts';
import type { DeviceCheck } from '../config/entry-check.ts';
import { readVoiceBook, type VoiceBook } from '../config/voices/voice-book.ts';
import { systemClock } from '../core/clock.ts';
import { timeZoneProblem } from '../core/time-zone.ts';
import { deviceEnginesCheck } from '../engines/device-engines.ts';
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
  const voices = readVoiceBook(settings.VOICES_FILE);
  const config = readDevicesFile(path, { kinds: PROTOCOLS, voices: voices.names, check: enginesCheck(env, voices) });
  const { devices, warnings } = withDialWarnings(config, settings);
  const timeZone = timeZoneProblem(env.TZ);
  for (const warning of [...(timeZone === undefined ? [] : [timeZone]), ...warnings]) out(`warning: ${warning}\n`);
  const enabled = devices.filter((device) => device.enabled).length;
  const count = devices.length === 1 ? '1 device' : `${devices.length} devices`;
  out(`${path} is right: ${count}, ${enabled} of them enabled\n`);
  return EXIT.ok;
}

/** Settings of engines: their addresses, models and keys. */
const OF_ENGINES = /^(?:STT|LLM|TTS|GROQ|OPENAI|KYUTAI|SHERPA|MODELS)_?/;

/** Checks what devices say of engines, by the settings of engines, which need not be right while no device says any. */
function enginesCheck(env: CommandIo['env'], voices: VoiceBook): DeviceCheck {
  let check: DeviceCheck | undefined;
  return (device) => {
    if (device.engines === undefined) return [];
    if (!check) {
      const own = Object.fromEntries(Object.entries(env).filter(([name]) => OF_ENGINES.test(name)));
      check = deviceEnginesCheck(parseSettings(own), { clock: systemClock, random: Math.random, voices });
    }
    return check(device);
  };
}
