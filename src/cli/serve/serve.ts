import type { App, AppOptions } from '../../app.ts';
import { findDevicesFile } from '../../config/devices-file.ts';
import { readStartConfig } from '../../config/live/start-config.ts';
import { readVoiceBook } from '../../config/voices/voice-book.ts';
import { systemClock } from '../../core/clock.ts';
import { letHeapGrow } from '../../core/heap-growth.ts';
import { timeZoneProblem } from '../../core/time-zone.ts';
import { deviceEnginesCheck } from '../../engines/device-engines.ts';
import { PROTOCOLS } from '../../protocols/registry.ts';
import { parseSettings, type Settings } from '../../settings.ts';
import { lastGoodPath } from '../../storage/last-good-config.ts';
import { createLogOn } from '../../telemetry/log.ts';
import { LogOutput } from '../../telemetry/log-output.ts';
import { readableLine } from '../../telemetry/readable-line.ts';
import { withDialWarnings } from '../../transport/dial/never-dialled.ts';
import type { CommandArgs, CommandIo } from '../command.ts';
import { letOutputNotBlock, writeToStdout } from '../stdio.ts';
import { version } from '../version.ts';
import { watchForTheEnd } from './ending.ts';
import { logProcessWarnings } from './process-warnings.ts';

/** So long the end of the process waits for a reader of what it has printed, milliseconds. */
const FLUSH_MS = 1_000;

/**
 * `dialtone serve`: runs the backend until the process is told to end.
 * @returns the exit code
 * @throws DialtoneError `config_*`, `settings_invalid`, `engine_*`, `port_in_use`
 */
export async function serve(_: CommandArgs, { env }: CommandIo): Promise<number> {
  letHeapGrow();
  const settings: Settings = parseSettings(env);
  const voices = readVoiceBook(settings.VOICES_FILE);
  const { STATE_DIR, STRICT_CONFIG } = settings;
  const { config: read, fallback } = readStartConfig(findDevicesFile(settings.REMOTE_DEVICES_CONFIG), {
    kinds: PROTOCOLS,
    voices: voices.names,
    strict: STRICT_CONFIG,
    check: deviceEnginesCheck(settings, { clock: systemClock, random: Math.random, voices }),
    lastGood: STATE_DIR === undefined ? undefined : lastGoodPath(STATE_DIR),
  });
  const config = withDialWarnings(read, settings);
  letOutputNotBlock();
  const output = new LogOutput(writeToStdout);
  try {
    return await run({ settings, config, fallback, voices }, output, env);
  } finally {
    await output.flush(FLUSH_MS);
  }
}

/** Runs the backend until it is told to end. @returns the exit code */
async function run(
  options: Pick<AppOptions, 'settings' | 'config' | 'fallback' | 'voices'>,
  output: LogOutput,
  env: CommandIo['env'],
): Promise<number> {
  const { LOG_LEVEL, LOG_FORMAT } = options.settings;
  const isTerminal = process.stdout.isTTY === true;
  const isReadable = LOG_FORMAT === 'text' || (LOG_FORMAT === 'auto' && isTerminal);
  const colour = isTerminal && !env.NO_COLOR;
  const log = createLogOn(output, LOG_LEVEL, isReadable ? (line) => readableLine(line, colour) : undefined);
  logProcessWarnings(process, log);
  const timeZone = timeZoneProblem(env.TZ);
  if (timeZone !== undefined) log.warn({ event: 'config.warning' }, timeZone);
  const ending = watchForTheEnd(log, (code) => void output.flush(FLUSH_MS).then(() => process.exit(code)));
  let app: App | undefined;
  // A reload wished for during start-up is no reason to end, and there is nothing older to reload.
  process.on('SIGHUP', () => void app?.config.reload('signal'));
  const { startApp } = await import('../../app.ts');
  const logLinesDropped = () => output.dropped;
  const starting = startApp({ ...options, log, logLinesDropped, version: version(), watch: true });
  app = await Promise.race([starting, ending.begun]);
  if (!app) return ending.exitCode();
  await ending.begun;
  await app.close().catch((error: unknown) => log.error({ event: 'process.shutdown_failed', err: error }));
  return ending.exitCode();
}
