import { systemClock } from '#src/core/clock';
import { Announcer } from '#src/discovery/announcer';
import type { SimEvent } from '../device/events.ts';
import { type SimDevice, type Speech, startSimDevice } from '../device/sim-device.ts';
import { logHealth } from '../health/health-log.ts';
import { type HealthServer, startHealthServer } from '../health/health-server.ts';
import { withNailaNames } from '../health/naila-health.ts';
import { loadSpeech, type SpeechSource } from '../mic/speech.ts';
import { askQuestions } from './ask-questions.ts';
import type { CliOptions } from './cli-options.ts';
import { describeEvent } from './cli-view.ts';
import { messageOf } from './message-of.ts';
import { type OpenSound, openSound } from './open-sound.ts';

/** Runs one device until `stopped`. Throws what keeps it from starting. */
export async function runDevice(
  options: CliOptions,
  stopped: Promise<void>,
  printAlways: (line: string) => void,
): Promise<void> {
  const print = options.isQuiet ? () => undefined : printAlways;
  // Before listening, so that a bad file is known at once and the first question does not wait.
  const questions = await Promise.all(options.questions.map(load));
  const sound = await openSound(options, print);
  const device = await start(options, sound, printAlways).catch(async (error: unknown) => {
    await sound.close();
    throw error;
  });
  const health = await serveHealth(device, options, print).catch(async (error: unknown) => {
    await Promise.all([device.stop(), sound.close()]);
    throw error;
  });
  const announcer = options.announce ? await announce(device, options, print) : undefined;
  const { hub } = options;
  print(
    hub
      ? `${options.name} asks ${hub.url} as ${hub.deviceId}`
      : `${options.name} listens on ${device.url} (${options.protocol})`,
  );
  const asked = askQuestions(device, questions, { ...options, print }).then(() => new Promise<never>(() => {}));
  await Promise.race([stopped, asked]);
  await announcer?.close();
  await health.close();
  await device.stop();
  await sound.close();
  if (options.speaker !== undefined) print(`${options.name}: what the loudspeaker played is in ${options.speaker}`);
  if (options.record !== undefined) {
    print(
      `${options.name}: both sides are in ${options.record}; npm run device-sim -- waveform ${options.record} out.png`,
    );
  }
}

/** What goes wrong. */
const PROBLEMS: ReadonlySet<SimEvent['type']> = new Set(['fault', 'notice', 'overrun', 'violation']);

/** Announces the device over mDNS, with what a backend must know to dial it. */
async function announce(
  device: SimDevice,
  { name, protocol }: CliOptions,
  print: (line: string) => void,
): Promise<Announcer> {
  const onProblem = (error: Error) => print(`${name}: is not announced over mDNS: ${error.message}`);
  const announcer = await Announcer.open({ clock: systemClock, host: name, onProblem });
  const { pathname: path } = new URL(device.url);
  announcer.set([{ type: 'dialtone-device', name, port: device.port, txt: { protocol, path } }]);
  return announcer;
}

async function load(source: SpeechSource): Promise<Speech> {
  try {
    return await loadSpeech(source);
  } catch (error) {
    const what = 'wav' in source ? `--mic ${String(source.wav)}` : 'text' in source ? '--say' : source.name;
    throw new Error(`${what}: ${messageOf(error)}`);
  }
}

function start(options: CliOptions, { sound, onEvent }: OpenSound, print: (line: string) => void): Promise<SimDevice> {
  const { name, host, port, protocol, hub, audioFormat, noAudio, speaker, record, echo, faults, isQuiet } = options;
  return startSimDevice({
    name,
    host,
    port,
    protocol,
    ...(hub && { hub }),
    audioFormat,
    noAudio,
    messageLog: 0,
    ...faults,
    ...(speaker !== undefined && { recordTo: speaker }),
    ...(record !== undefined && { recordBothTo: record }),
    ...(echo && { echo }),
    ...(sound && { sound }),
    onEvent: (event) => {
      onEvent(event);
      if (isQuiet && !PROBLEMS.has(event.type)) return;
      const line = describeEvent(event);
      if (line !== undefined) print(`${name}: ${line}`);
    },
  });
}

async function serveHealth(
  device: SimDevice,
  { host, healthPort, hub }: CliOptions,
  print: (line: string) => void,
): Promise<Pick<HealthServer, 'close'>> {
  if (healthPort === undefined) return { close: async () => {} };
  const report = () => device.health();
  const server = await startHealthServer(host, healthPort, hub ? () => withNailaNames(report()) : report);
  const endLog = logHealth(report, systemClock, print);
  print(`${device.name}: its health is at http://${host}:${server.port}/health`);
  return {
    close: () => {
      endLog();
      return server.close();
    },
  };
}
