#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { App, AppOptions } from './app.ts';
import { findDevicesFile, readDevicesFile } from './config/devices-file.ts';
import { readStartConfig } from './config/live/start-config.ts';
import { readVoiceBook } from './config/voices/voice-book.ts';
import { systemClock } from './core/clock.ts';
import { toDialtoneError } from './core/errors.ts';
import { letHeapGrow } from './core/heap-growth.ts';
import { healthcheck } from './healthcheck.ts';
import { PROTOCOLS } from './protocols/registry.ts';
import { parseSettings, type Settings } from './settings.ts';
import { exitWhenPrinted, letOutputNotBlock, writeToStdout } from './stdio.ts';
import { lastGoodPath } from './storage/last-good-config.ts';
import { createLogOn, type Log } from './telemetry/log.ts';
import { LogOutput } from './telemetry/log-output.ts';
import { withDialWarnings } from './transport/dial/never-dialled.ts';

const HELP = `dialtone dials your voice devices and talks with them.

  dialtone [serve]           run the backend on devices.json
  dialtone validate [file]   check a devices.json and exit
  dialtone healthcheck       ask a running backend on this machine whether it is well; exit code 0 or 1
  dialtone models …          list, install NAME, verify [NAME] or remove NAME: models that run on this machine
  dialtone --help, --version

Settings are environment variables: see docs/CONFIGURATION.md.
`;

/** The commands, and how many arguments each takes. */
const COMMANDS: Readonly<Record<string, number>> = {
  serve: 0,
  validate: 1,
  healthcheck: 0,
  models: Number.POSITIVE_INFINITY,
};

/** Exit codes as in sysexits.h: usage, a defect of ours, configuration. */
const EXIT = { ok: 0, failure: 1, usage: 64, defect: 70, config: 78 } as const;

/** Beyond this a shutdown is cut short, milliseconds: Docker kills after 10 s. */
const SHUTDOWN_MS = 8_000;

/** So long the end of the process waits for a reader of what it has printed, milliseconds. */
const FLUSH_MS = 1_000;

/** So many defects that nothing has caught are written into the log. */
const MAX_DEFECTS_LOGGED = 20;

async function main(args: readonly string[]): Promise<number> {
  let command: string;
  let rest: string[];
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } },
    });
    if (values.help) return print(HELP);
    if (values.version) return print(`${version()}\n`);
    [command = 'serve', ...rest] = positionals;
  } catch (error) {
    return complain(`${(error as Error).message}\n\n${HELP}`, EXIT.usage);
  }
  const extra = rest[COMMANDS[command] ?? Number.POSITIVE_INFINITY];
  if (extra !== undefined) {
    return complain(`"${extra}" is one argument too many\n\n${HELP}`, EXIT.usage);
  }
  switch (command) {
    case 'serve':
      return serve();
    case 'validate':
      return validate(rest[0]);
    case 'healthcheck':
      return healthcheck(parseSettings(process.env));
    case 'models':
      return models(rest);
    default:
      return complain(`unknown command "${command}"\n\n${HELP}`, EXIT.usage);
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return EXIT.ok;
}

function complain(text: string, exitCode: number): number {
  process.stderr.write(`${text}\n`);
  return exitCode;
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return manifest.version;
}

function validate(file: string | undefined): number {
  const path = file ?? findDevicesFile(parseSettings(process.env).REMOTE_DEVICES_CONFIG);
  // Only what the file is checked against: other settings need not be right.
  const { VOICES_FILE, ALLOW_LOOPBACK, DEVICE_CIDRS, LISTEN_PORT, ESP32_WEBSOCKET_PORT } = process.env;
  const settings = parseSettings({ VOICES_FILE, ALLOW_LOOPBACK, DEVICE_CIDRS, LISTEN_PORT, ESP32_WEBSOCKET_PORT });
  const { names } = readVoiceBook(settings.VOICES_FILE);
  const config = readDevicesFile(path, { kinds: PROTOCOLS, voices: names });
  const { devices, warnings } = withDialWarnings(config, settings);
  for (const warning of warnings) process.stdout.write(`warning: ${warning}\n`);
  const enabled = devices.filter((device) => device.enabled).length;
  return print(`${path} is right: ${devices.length} devices, ${enabled} of them enabled\n`);
}

/** Only here is it loaded: no other command needs it. */
async function models(args: readonly string[]): Promise<number> {
  // Other settings need not be right.
  const { MODELS_DIR, MODELS_BASE_URL } = process.env;
  const { runModelsCommand } = await import('./models/command/run-models-command.ts');
  return runModelsCommand(args, parseSettings({ MODELS_DIR, MODELS_BASE_URL }));
}

async function serve(): Promise<number> {
  letHeapGrow();
  const settings: Settings = parseSettings(process.env);
  const voices = readVoiceBook(settings.VOICES_FILE);
  const { STATE_DIR, STRICT_CONFIG } = settings;
  // Only here: the other commands need no engines.
  const { deviceEnginesCheck } = await import('./engines/device-engines.ts');
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
    return await run({ settings, config, fallback, voices }, output);
  } finally {
    await output.flush(FLUSH_MS);
  }
}

/** Runs the backend until it is told to end. @returns the exit code */
async function run(
  options: Pick<AppOptions, 'settings' | 'config' | 'fallback' | 'voices'>,
  output: LogOutput,
): Promise<number> {
  const log = createLogOn(output, options.settings.LOG_LEVEL);
  const ending = watchForTheEnd(log, (code) => void output.flush(FLUSH_MS).then(() => process.exit(code)));
  let app: App | undefined;
  // A reload wished for during start-up is no reason to end, and there is nothing older to reload.
  process.on('SIGHUP', () => void app?.config.reload('signal'));
  // Only here: the other commands need none of it, and a container runs the health check every 30 s.
  const { startApp } = await import('./app.ts');
  const logLinesDropped = () => output.dropped;
  const starting = startApp({ ...options, log, logLinesDropped, version: version(), watch: true });
  app = await Promise.race([starting, ending.begun]);
  if (!app) return ending.exitCode();
  await ending.begun;
  await app.close().catch((error: unknown) => log.error({ event: 'process.shutdown_failed', err: error }));
  return ending.exitCode();
}

/** The end of the process, however it comes. */
interface Ending {
  /** Resolves when the process is to end: from then on it has 8 s. */
  readonly begun: Promise<undefined>;
  readonly exitCode: () => number;
}

/**
 * Waits for SIGTERM, SIGINT, or a defect that nothing else has caught. Devices are told goodbye in each case; a second signal
 * ends the process at once. Called at the start: a signal without a listener does not end the first process of a container.
 * @param exit ends the process without a goodbye
 */
function watchForTheEnd(log: Log, exit: (code: number) => void): Ending {
  let exitCode: number | undefined;
  let begin: () => void = () => undefined;
  const begun = new Promise<undefined>((resolve) => {
    begin = () => resolve(undefined);
  });
  const end = (code: number) => {
    if (exitCode === undefined) setTimeout(() => exit(code || EXIT.failure), SHUTDOWN_MS).unref();
    exitCode = Math.max(exitCode ?? code, code);
    begin();
  };
  let signals = 0;
  const signalled = (signal: NodeJS.Signals) => {
    signals += 1;
    if (signals > 1) return exit(EXIT.failure);
    log.info({ event: 'process.shutdown', signal }, 'shutting down');
    end(EXIT.ok);
  };
  process.on('SIGTERM', signalled);
  process.on('SIGINT', signalled);
  const tell = reportDefects(log);
  process.on('uncaughtException', (error) => {
    tell('process.uncaught', error);
    end(EXIT.defect);
  });
  process.on('unhandledRejection', (reason) => {
    tell('process.rejection', reason);
    end(EXIT.defect);
  });
  return { begun, exitCode: () => exitCode ?? EXIT.ok };
}

/** Writes defects into the log, the first ones: what fails while the process ends must not fill it. Never throws. */
function reportDefects(log: Log): (event: string, cause: unknown) => void {
  let left = MAX_DEFECTS_LOGGED;
  return (event, cause) => {
    if (left === 0) return;
    left -= 1;
    try {
      const err = cause instanceof Error ? cause : toDialtoneError(cause);
      log.fatal({ event, err }, 'a defect of dialtone: the devices are told goodbye, then the process ends');
    } catch {
      // The log itself fails, a closed pipe say: the devices are told goodbye all the same.
    }
  };
}

main(process.argv.slice(2)).then(
  (exitCode) => exitWhenPrinted(exitCode, FLUSH_MS),
  (cause: unknown) => {
    const error = toDialtoneError(cause);
    const isConfig = error.code.startsWith('config_') || error.code === 'settings_invalid';
    const details = error.code === 'internal' && error.cause instanceof Error ? `\n${error.cause.stack}` : '';
    const exitCode = complain(`${error.message}${details}`, isConfig ? EXIT.config : EXIT.failure);
    return exitWhenPrinted(exitCode, FLUSH_MS);
  },
);
