import { setTimeout as sleep } from 'node:timers/promises';
import { type CliOptions, HELP, parseCli, UsageError } from './cli/cli-options.ts';
import { describeEvent } from './cli/cli-view.ts';
import { type SimDevice, SimError, type Speech, startSimDevice } from './device/sim-device.ts';
import { loadSpeech, type SpeechSource } from './mic/speech.ts';

/** No answer after this long: the next question is asked. */
const REPLY_TIMEOUT_MS = 30_000;
const DAY_MS = 86_400_000;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs until a signal; resolves with the exit code. */
async function main(): Promise<number> {
  const options = parseCli(process.argv.slice(2));
  if (!options) {
    process.stdout.write(HELP);
    return 0;
  }
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  // Before listening, so that a bad file is known at once and the first question does not wait.
  const questions = await Promise.all(options.questions.map(load));
  const device = await start(options);
  print(`${options.name} listens on ${device.url} (${options.protocol})`);
  const failed = askAll(device, questions, options).then(
    () => new Promise<never>(() => {}),
    (error: unknown) => {
      // The device is stopped in the middle of a question when a signal comes.
      if (!(error instanceof SimError && error.code === 'stopped')) throw error;
    },
  );
  await Promise.race([stopped, failed]);
  await device.stop();
  if (options.speaker !== undefined) print(`${options.name}: what the loudspeaker played is in ${options.speaker}`);
  return 0;
}

async function load(source: SpeechSource): Promise<Speech> {
  try {
    return await loadSpeech(source);
  } catch (error) {
    const what = 'wav' in source ? `--mic ${String(source.wav)}` : 'text' in source ? '--say' : source.name;
    throw new Error(`${what}: ${messageOf(error)}`);
  }
}

async function start(options: CliOptions): Promise<SimDevice> {
  const { name, host, port, protocol, audioFormat, noAudio, speaker, echo } = options;
  return startSimDevice({
    name,
    host,
    port,
    protocol,
    audioFormat,
    noAudio,
    messageLog: 0,
    ...(speaker !== undefined && { recordTo: speaker }),
    ...(echo && { echo }),
    onEvent: (event) => {
      const line = describeEvent(event);
      if (line !== undefined) print(`${name}: ${line}`);
    },
  });
}

async function askAll(device: SimDevice, questions: readonly Speech[], options: CliOptions): Promise<void> {
  for (let round = 0; questions.length > 0 && round < options.repeat; round++) {
    for (const question of questions) {
      while (device.openSockets === 0) await device.waitForConnection({ timeoutMs: DAY_MS }).catch(throwUnlessTimeout);
      await sleep(options.pauseMs);
      await device.say(question);
      await device.waitForReply({ timeoutMs: REPLY_TIMEOUT_MS }).catch((error: unknown) => {
        throwUnlessTimeout(error);
        print(`${device.name}: no answer within ${REPLY_TIMEOUT_MS / 1000} s`);
      });
      await device.speaker.idle();
    }
  }
  if (questions.length > 0) print(`${device.name}: all questions asked, listening on until Ctrl-C`);
}

function throwUnlessTimeout(error: unknown): void {
  if (!(error instanceof SimError && error.code === 'timeout')) throw error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`device-sim: ${messageOf(error)}\n`);
    if (error instanceof UsageError) process.stderr.write('Try --help.\n');
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
