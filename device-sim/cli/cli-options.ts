import { parseArgs } from 'node:util';
import type { SimAudioFormat, SimProtocol } from '../device/options.ts';
import { type FaultOptions, parseFaults } from '../faults/fault-flags.ts';
import type { HubAddress } from '../links/webrtc-dialer.ts';
import type { SpeechSource } from '../mic/speech.ts';
import type { SoundChoice } from '../sound/sound-card.ts';
import type { EchoOptions } from '../speaker/echo.ts';
import { oneOf, portNumber, UsageError, usage, wholeNumber } from './cli-values.ts';
import { questionsIn } from './dialling-options.ts';

/** What the command line asks for. */
export interface CliOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: SimProtocol;
  /** `webrtc` only: the hub that it dials. */
  readonly hub?: HubAddress;
  /** Only what goes wrong is printed. Default: false. */
  readonly isQuiet?: boolean;
  readonly audioFormat: SimAudioFormat;
  readonly noAudio: boolean;
  /** The questions, in the order in which they stand on the command line. */
  readonly questions: readonly SpeechSource[];
  /** How often all questions are asked; Infinity for ever. */
  readonly repeat: number;
  /** Between the end of an answer and the next question, milliseconds. */
  readonly pauseMs: number;
  readonly speaker: string | undefined;
  /** File of both sides of the conversation. */
  readonly record: string | undefined;
  readonly echo: EchoOptions | undefined;
  readonly faults: FaultOptions;
  /** Port of `GET /health`, 0 for any free one; undefined: none. */
  readonly healthPort: number | undefined;
  /** Where microphone and loudspeaker are. */
  readonly sound: 'simulated' | 'card' | 'page';
  readonly choice: SoundChoice;
  /** How the loudspeaker is kept out of the microphone of a sound card. */
  readonly aec: 'webrtc' | 'half-duplex' | 'none';
  readonly web: { readonly host: string; readonly port: number };
  /** Whether it announces itself over mDNS. */
  readonly announce: boolean;
}

/** Parses the command line; undefined when help was asked for. Throws {@link UsageError}. */
export function parseCli(args: readonly string[]): CliOptions | undefined {
  const { values, tokens } = parse(args);
  if (values.help) return undefined;
  const protocol = oneOf('--protocol', values.protocol ?? 'realtime', ['realtime', 'pcm'] as const);
  if (values.format !== undefined && protocol === 'pcm') {
    throw new UsageError('--format is for --protocol realtime only.');
  }
  const questions = questionsIn(tokens);
  const noAudio = values['no-audio'] ?? false;
  const { speaker, echo, record } = values;
  if (noAudio && (questions.length > 0 || speaker !== undefined || echo !== undefined || record !== undefined)) {
    throw new UsageError(
      '--no-audio leaves no microphone for --mic, --say or --echo, no loudspeaker for --speaker, nothing to --record.',
    );
  }
  const sound = soundOf(values, questions.length > 0, noAudio);
  const repeat = wholeNumber('--repeat', values.repeat ?? '1', 1_000_000);
  return {
    name: values.name ?? 'device',
    host: values.host ?? '127.0.0.1',
    port: portNumber('--port', values.port ?? '8765'),
    protocol,
    audioFormat: oneOf('--format', values.format ?? 'ogg-opus', ['ogg-opus', 'pcm16', 'pcmf32'] as const),
    noAudio,
    questions,
    repeat: repeat === 0 ? Number.POSITIVE_INFINITY : repeat,
    pauseMs: wholeNumber('--pause', values.pause ?? '1000', 3_600_000),
    speaker: values.speaker,
    record: values.record,
    echo: values.echo === undefined ? undefined : parseEcho(values.echo),
    faults: usage(() => parseFaults([...(values.fault ?? []), ...(values['single-client'] ? ['single-client'] : [])])),
    healthPort: values['health-port'] === undefined ? undefined : portNumber('--health-port', values['health-port']),
    sound,
    choice: { input: values.input, output: values.output },
    aec: oneOf('--aec', values.aec ?? 'half-duplex', ['webrtc', 'half-duplex', 'none'] as const),
    web: { host: values['web-host'] ?? '127.0.0.1', port: portNumber('--web-port', values['web-port'] ?? '8080') },
    announce: values.announce ?? false,
  };
}

/** A device that is given files, or an echo to simulate, has no use for a real microphone. */
function soundOf(values: ReturnType<typeof parse>['values'], asks: boolean, noAudio: boolean): CliOptions['sound'] {
  const { input, output, aec, web, simulated, speaker, echo, fault } = values;
  const wantsCard = input !== undefined || output !== undefined || aec !== undefined;
  const isSimulated =
    simulated || noAudio || echo !== undefined || (fault ?? []).some((name) => name.startsWith('dtx'));
  if (isSimulated && (web || wantsCard)) {
    throw new UsageError(
      '--simulated, --no-audio, --echo and --fault dtx are for a simulated microphone, not for --web, --input, --output or --aec.',
    );
  }
  if (web && wantsCard) throw new UsageError('--web has the microphone of the browser, and its echo cancellation.');
  if (web) return 'page';
  return wantsCard || !(isSimulated || asks || speaker !== undefined) ? 'card' : 'simulated';
}

function parseEcho(text: string): EchoOptions {
  const [, gain, delay] = /^(-?\d{1,3}(?:\.\d+)?),(\d{1,4})$/.exec(text) ?? [];
  const echo = { gainDb: Number(gain), delayMs: Number(delay) };
  if (echo.gainDb <= 0 && echo.delayMs <= 5000) return echo;
  throw new UsageError(`--echo takes decibels from 0 down and milliseconds up to 5000, as in -20,80, not "${text}".`);
}

function parse(args: readonly string[]) {
  return usage(() =>
    parseArgs({
      args: joinEcho(args),
      strict: true,
      tokens: true,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        protocol: { type: 'string' },
        format: { type: 'string' },
        name: { type: 'string' },
        mic: { type: 'string', multiple: true },
        say: { type: 'string', multiple: true },
        repeat: { type: 'string' },
        pause: { type: 'string' },
        speaker: { type: 'string' },
        record: { type: 'string' },
        echo: { type: 'string' },
        'no-audio': { type: 'boolean' },
        fault: { type: 'string', multiple: true },
        'health-port': { type: 'string' },
        input: { type: 'string' },
        output: { type: 'string' },
        aec: { type: 'string' },
        simulated: { type: 'boolean' },
        'single-client': { type: 'boolean' },
        web: { type: 'boolean' },
        'web-host': { type: 'string' },
        'web-port': { type: 'string' },
        announce: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }),
  );
}

/** `parseArgs` takes a value that begins with "-" only behind "=". */
function joinEcho(args: readonly string[]): string[] {
  const at = args.indexOf('--echo');
  const value = args[at + 1];
  if (at < 0 || value === undefined || !/^-\d/.test(value)) return [...args];
  return [...args.slice(0, at), `--echo=${value}`, ...args.slice(at + 2)];
}
