import { existsSync } from 'node:fs';
import { DialtoneError, toDialtoneError } from '../../core/errors.ts';
import { type DevicesConfig, type DevicesFileOptions, parseDevices, readDevicesFile } from '../devices-file.ts';
import { readText } from '../json/json-file.ts';

/** Where the configuration comes from at a start. */
export interface StartConfigOptions extends Omit<DevicesFileOptions, 'lenient'> {
  /** Whether every mistake ends the start. */
  readonly strict: boolean;
  /** The copy of the last devices.json without a mistake; undefined: none is kept. */
  readonly lastGood: string | undefined;
}

/** The configuration at a start. */
export interface StartConfig {
  readonly config: DevicesConfig;
  /** Why devices.json itself cannot be used, so that its last good copy runs; null: it runs. */
  readonly fallback: string | null;
}

/**
 * Reads devices.json at a start, after a power cut say: entries that are wrong leave the others alone, and a file that cannot be
 * used at all is replaced by its last good copy. When strict, as {@link readDevicesFile}.
 * @throws DialtoneError `config_unreadable` or `config_invalid` when there is nothing to start with
 */
export function readStartConfig(file: string, { strict, lastGood, ...options }: StartConfigOptions): StartConfig {
  try {
    return { config: readDevicesFile(file, { ...options, lenient: !strict }), fallback: null };
  } catch (cause) {
    const { code, message } = toDialtoneError(cause);
    const isOfTheFile = code === 'config_unreadable' || code === 'config_invalid';
    if (strict || !isOfTheFile || lastGood === undefined || !existsSync(lastGood)) throw cause;
    const config = readCopy(lastGood, file, options);
    return { config, fallback: `the last good copy of devices.json runs (${lastGood}): ${message}` };
  }
}

/** Relative paths in the copy start at the folder of the file itself. */
function readCopy(lastGood: string, file: string, options: DevicesFileOptions): DevicesConfig {
  try {
    return parseDevices(readText(lastGood), file, { ...options, lenient: true });
  } catch (cause) {
    const { message } = toDialtoneError(cause);
    throw new DialtoneError(
      'config_invalid',
      `${file} cannot be used, nor can its last good copy ${lastGood}: ${message}`,
    );
  }
}
