import { oneOf, seconds } from './cli-values.ts';

/** What may stand on the command line, or in the environment under the name beside it, as with the audio client of Naila's devices. */
const VARIABLES = {
  'hub-url': 'NAILA_HUB_URL',
  'device-id': 'NAILA_DEVICE_ID',
  profile: 'NAILA_DEVICE_PROFILE',
  'input-device': 'NAILA_INPUT_DEVICE',
  'output-device': 'NAILA_OUTPUT_DEVICE',
  'sample-rate': 'NAILA_SAMPLE_RATE',
  'frame-duration-ms': 'NAILA_FRAME_DURATION_MS',
  channels: 'NAILA_CHANNELS',
  'reconnect-delay': 'NAILA_RECONNECT_DELAY',
  'max-reconnect-delay': 'NAILA_MAX_RECONNECT_DELAY',
  'log-level': 'NAILA_LOG_LEVEL',
} as const;

type NailaFlag = keyof typeof VARIABLES;

/** The flags, as `parseArgs` wants them. */
export const NAILA_FLAGS = Object.fromEntries(
  Object.keys(VARIABLES).map((flag) => [flag, { type: 'string' }]),
) as Readonly<Record<NailaFlag, { readonly type: 'string' }>>;

/** Longest pause between two attempts to connect, seconds. */
const MAX_DELAY_S = 3_600;

/** From this level on only what goes wrong is told. */
const LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;

/** What they say. */
export interface NailaSettings {
  readonly hubUrl: string;
  readonly deviceId: string;
  readonly input: string | undefined;
  readonly output: string | undefined;
  /** Pause before the first attempt to connect again, and the longest one, milliseconds. */
  readonly redialMs: number;
  readonly longestRedialMs: number;
  /** Only what goes wrong is told. */
  readonly isQuiet: boolean;
}

/**
 * Reads flags and environment; a flag wins, and what is empty is not there. The audio of WebRTC is what it is: other rates, lengths of frames and
 * numbers of channels than those of the original are refused.
 * @throws UsageError
 */
export function nailaSettings(
  flags: Readonly<Partial<Record<NailaFlag, string | undefined>>>,
  env: Readonly<Record<string, string | undefined>>,
): NailaSettings {
  const said = (flag: NailaFlag) => flags[flag] ?? (env[VARIABLES[flag]]?.trim() || undefined);
  // A mistake is told under the name under which it was made.
  const nameOf = (flag: NailaFlag) => (flags[flag] === undefined ? VARIABLES[flag] : `--${flag}`);
  const fixed = (flag: NailaFlag, value: string) => oneOf(nameOf(flag), said(flag) ?? value, [value]);
  fixed('profile', 'mac');
  fixed('sample-rate', '48000');
  fixed('frame-duration-ms', '20');
  fixed('channels', '1');
  const delayMs = (flag: NailaFlag, value: string) => 1_000 * seconds(nameOf(flag), said(flag) ?? value, MAX_DELAY_S);
  const level = oneOf(nameOf('log-level'), (said('log-level') ?? 'INFO').toUpperCase(), LEVELS);
  return {
    hubUrl: said('hub-url') ?? 'http://localhost:8080',
    deviceId: said('device-id') ?? 'audio-01',
    input: said('input-device'),
    output: said('output-device'),
    redialMs: delayMs('reconnect-delay', '3'),
    longestRedialMs: delayMs('max-reconnect-delay', '30'),
    isQuiet: LEVELS.indexOf(level) >= LEVELS.indexOf('WARNING'),
  };
}
