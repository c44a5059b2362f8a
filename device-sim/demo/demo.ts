import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { onceNpmIsGone } from '#src/cli/npm-gone';
import { type BackendProcess, type LogLine, startBackend } from '../backend/backend-process.ts';
import { describeLogLine, stepLine } from '../backend/backend-view.ts';
import { type SimDevice, startSimDevice } from '../device/sim-device.ts';
import { askAll, type HeardLog } from './demo-device.ts';
import { type Question, recordedQuestions, spokenQuestion } from './questions.ts';
import { type TurnRecord, verdict } from './verdict.ts';

const HELP = `Three simulated devices talk with the backend.

  npm run demo                                  until Ctrl-C
  npm run demo -- --once                        every device asks its questions once; exit code 0 if all went well
  npm run demo -- --speak "what time is it"     the devices say this instead (synthesised)
`;

/** The devices of the demo. */
const DEVICES = [
  { name: 'kitchen', protocol: 'realtime', voice: 'Watercooler' },
  { name: 'hall', protocol: 'realtime', voice: 'Gertrude' },
  { name: 'desk', protocol: 'pcm', voice: 'Dev (news)' },
] as const;

/** A line that is not up after this is a failure, milliseconds. */
const CONNECT_TIMEOUT_MS = 15_000;

/** Time between two rounds of questions, milliseconds. */
const ROUND_PAUSE_MS = 3_000;

/** The devices begin one after another, so that a listener can follow, milliseconds. */
const STAGGER_MS = 1_500;

const output = resolve('demo-output');

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Remembers what the backend's log says was heard. */
class LoggedTranscripts implements HeardLog {
  readonly #heard = new Map<string, string>();

  note(line: LogLine): void {
    if (line.event !== 'turn.heard' || line.device === undefined) return;
    this.#heard.set(line.device, (line.pii as { heard: string }).heard);
  }

  take(device: string): string | undefined {
    const heard = this.#heard.get(device);
    this.#heard.delete(device);
    return heard;
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { once: { type: 'boolean' }, speak: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    print(HELP);
    return 0;
  }
  mkdirSync(output, { recursive: true });
  const questions = await questionsOf(values.speak);
  const devices = await Promise.all(
    DEVICES.map(({ name, protocol }) =>
      startSimDevice({
        name,
        protocol,
        recordTo: join(output, `${name}.wav`),
        recordGaps: 'shortened',
        recordBothTo: join(output, `${name}-conversation.wav`),
      }),
    ),
  );
  const config = join(output, 'devices.json');
  writeFileSync(config, `${JSON.stringify({ devices: devices.map(entryOf) }, null, 2)}\n`);

  const transcripts = new LoggedTranscripts();
  const backend = await startBackend(
    { REMOTE_DEVICES_CONFIG: config, LOG_LEVEL: 'debug', HOST: '127.0.0.1', PORT: process.env.PORT ?? '0' },
    (line) => {
      transcripts.note(line);
      const text = describeLogLine(line);
      if (text !== undefined) print(text);
    },
  );
  print(`\nREST API: ${backend.url}  (try: curl ${backend.url}/v1/devices/status)`);
  print('The recogniser knows 210 words of synthetic voices; the answers come from a table. Both are for the demo.\n');

  const talk = () => round(devices, questions, transcripts);
  const exitCode = values.once ? await once(talk) : await untilInterrupted(talk, backend);
  await Promise.all(devices.map((device) => device.speaker.idle()));
  await backend.stop();
  await Promise.all(devices.map((device) => device.close()));
  const files = DEVICES.map(({ name }) => relative('.', join(output, `${name}.wav`)));
  print(
    `\nWhat the loudspeakers played: ${files.join(', ')}; with what the users said: …-conversation.wav beside them`,
  );
  return exitCode;
}

function entryOf(device: SimDevice, index: number) {
  const { name, protocol, voice } = DEVICES[index] ?? DEVICES[0];
  // The devices speak when they are spoken to: what they say would only talk into the recorded questions.
  const quiet = { greeting: false, long_silence: false };
  return { name, host: '127.0.0.1', port: device.port, protocol, voice, reconnect_delay: 1, ...quiet };
}

async function questionsOf(text: string | undefined): Promise<ReadonlyMap<string, readonly Question[]>> {
  const spoken = text === undefined ? undefined : [await spokenQuestion(text)];
  return new Map(
    await Promise.all(DEVICES.map(async ({ name }) => [name, spoken ?? (await recordedQuestions(name))] as const)),
  );
}

async function round(
  devices: readonly SimDevice[],
  questions: ReadonlyMap<string, readonly Question[]>,
  transcripts: HeardLog,
): Promise<TurnRecord[]> {
  const talks = DEVICES.map(async ({ name }, index) => {
    const device = devices[index] as SimDevice;
    const asked = questions.get(name) ?? [];
    if (!(await isConnected(device))) {
      const failure = { stage: 'connect', reason: 'the backend did not dial it in time' } as const;
      return asked.map(({ text }) => ({ device: name, said: text, heard: '', failure }));
    }
    await sleep(index * STAGGER_MS);
    return askAll(name, device, asked, transcripts, print);
  });
  return (await Promise.all(talks)).flat();
}

async function isConnected(device: SimDevice): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < CONNECT_TIMEOUT_MS; waitedMs += 100) {
    if (device.openSockets > 0) return true;
    await sleep(100);
  }
  return false;
}

async function once(talk: () => Promise<TurnRecord[]>): Promise<number> {
  const { ok, lines } = verdict(await talk());
  print(`\n${ok ? 'All went well' : 'Something went wrong'}: ${lines.join('\n  ')}`);
  return ok ? 0 : 1;
}

/** Goes on until Ctrl-C, or until the backend is gone. */
async function untilInterrupted(talk: () => Promise<TurnRecord[]>, backend: BackendProcess): Promise<number> {
  print(stepLine('', '', 'Ctrl-C ends it.'));
  const ended = new Promise<number>((done) => {
    process.once('SIGINT', () => done(0));
    process.once('SIGTERM', () => done(0));
    onceNpmIsGone(() => done(0));
    void backend.exited.then(() => done(1));
  });
  const talking = async () => {
    for (;;) {
      await talk();
      await sleep(ROUND_PAUSE_MS);
    }
  };
  void talking().catch((error: Error) => print(error.message));
  return ended;
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
