import { parseArgs } from 'node:util';
import type { SimAudioFormat, SimProtocol } from '../device/options.ts';
import type { SpeechSource } from '../mic/speech.ts';
import type { EchoOptions } from '../speaker/echo.ts';

/** What the command line asks for. */
export interface CliOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: SimProtocol;
  readonly audioFormat: SimAudioFormat;
  readonly noAudio: boolean;
  /** The questions, in the order in which they stand on the command line. */
  readonly questions: readonly SpeechSource[];
  /** How often all questions are asked; Infinity for ever. */
  readonly repeat: number;
  /** Between the end of an answer and the next question, milliseconds. */
  readonly pauseMs: number;
  readonly speaker: string | undefined;
  readonly echo: EchoOptions | undefined;
}

/** A mistake on the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Text of `--help`. */
export const HELP = `A simulated voice device: a WebSocket server with a microphone and a loudspeaker, for a backend to dial.

  npm run device-sim -- --port 8765 --mic question.wav --speaker answer.wav

  --port N          port to listen on, 0 for any free one          (8765)
  --host ADDRESS    address to listen on, 0.0.0.0 for all          (127.0.0.1)
  --protocol NAME   realtime | pcm                                 (realtime)
  --format NAME     realtime only: ogg-opus | pcm16 | pcmf32       (ogg-opus)
  --name NAME       name in the printed lines                      (device)
  --mic FILE        WAV file with a question; may be given several times
  --say TEXT        question to be synthesised (needs the optional espeak package); may be given several times
  --repeat N        ask all questions N times, 0 for ever          (1)
  --pause MS        time between an answer and the next question   (1000)
  --speaker FILE    WAV file of what the loudspeaker plays; overwritten
  --echo DB,MS      the microphone hears the loudspeaker: -20,80 is 20 dB softer and 80 ms later
  --no-audio        neither microphone nor loudspeaker
  --help            this text

Once a backend has connected, the questions are asked one after another, each after the answer to the last. Then the
device goes on listening into silence until Ctrl-C.

The recogniser that comes with dialtone for its demo knows 210 words, spoken by synthetic voices only. It will not
understand recordings of people: use --say, or the files in assets/asr-demo-model/samples.
`;

/** Parses the command line; undefined when help was asked for. Throws {@link UsageError}. */
export function parseCli(args: readonly string[]): CliOptions | undefined {
  const { values, tokens } = parse(args);
  if (values.help) return undefined;
  const protocol = oneOf('--protocol', values.protocol ?? 'realtime', ['realtime', 'pcm'] as const);
  if (values.format !== undefined && protocol === 'pcm') {
    throw new UsageError('--format is for --protocol realtime only.');
  }
  const questions = tokens.flatMap((token): SpeechSource[] => {
    if (token.kind !== 'option' || token.value === undefined) return [];
    if (token.name === 'mic') return [{ wav: token.value }];
    return token.name === 'say' ? [{ text: token.value }] : [];
  });
  const noAudio = values['no-audio'] ?? false;
  if (noAudio && (questions.length > 0 || values.speaker !== undefined || values.echo !== undefined)) {
    throw new UsageError(
      '--no-audio leaves no microphone for --mic, --say or --echo and no loudspeaker for --speaker.',
    );
  }
  const repeat = wholeNumber('--repeat', values.repeat ?? '1', 1_000_000);
  return {
    name: values.name ?? 'device',
    host: values.host ?? '127.0.0.1',
    port: wholeNumber('--port', values.port ?? '8765', 65_535),
    protocol,
    audioFormat: oneOf('--format', values.format ?? 'ogg-opus', ['ogg-opus', 'pcm16', 'pcmf32'] as const),
    noAudio,
    questions,
    repeat: repeat === 0 ? Number.POSITIVE_INFINITY : repeat,
    pauseMs: wholeNumber('--pause', values.pause ?? '1000', 3_600_000),
    speaker: values.speaker,
    echo: values.echo === undefined ? undefined : parseEcho(values.echo),
  };
}

function parseEcho(text: string): EchoOptions {
  const [, gain, delay] = /^(-?\d{1,3}(?:\.\d+)?),(\d{1,4})$/.exec(text) ?? [];
  const echo = { gainDb: Number(gain), delayMs: Number(delay) };
  if (echo.gainDb <= 0 && echo.delayMs <= 5000) return echo;
  throw new UsageError(`--echo takes decibels from 0 down and milliseconds up to 5000, as in -20,80, not "${text}".`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
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
        echo: { type: 'string' },
        'no-audio': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** `parseArgs` takes a value that begins with "-" only behind "=". */
function joinEcho(args: readonly string[]): string[] {
  const at = args.indexOf('--echo');
  const value = args[at + 1];
  if (at < 0 || value === undefined || !/^-\d/.test(value)) return [...args];
  return [...args.slice(0, at), `--echo=${value}`, ...args.slice(at + 2)];
}

function wholeNumber(option: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= max) return value;
  throw new UsageError(`${option} takes a whole number from 0 to ${max}, not "${text}".`);
}

function oneOf<const T extends string>(option: string, text: string, known: readonly T[]): T {
  const value = known.find((name) => name === text);
  if (value !== undefined) return value;
  throw new UsageError(`${option} takes ${known.join(' or ')}, not "${text}".`);
}
