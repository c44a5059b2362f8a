import type { SpeechSource } from '../mic/speech.ts';
import { UsageError } from './cli-values.ts';

/** What `parseArgs` tells of one argument, as far as it is looked at. */
interface Token {
  readonly kind: string;
  readonly name?: string;
  readonly value?: string | undefined;
}

/** The questions of `--mic` and `--say`, in the order in which they stand on the command line. */
export function questionsIn(tokens: readonly Token[]): readonly SpeechSource[] {
  return tokens.flatMap(({ kind, name, value }): SpeechSource[] => {
    if (kind !== 'option' || value === undefined) return [];
    if (name === 'mic') return [{ wav: value }];
    return name === 'say' ? [{ text: value }] : [];
  });
}

/** Whether the command line asks for a device of this protocol. */
export function wantsProtocol(args: readonly string[], protocol: string): boolean {
  return args.some(
    (arg, at) => arg === `--protocol=${protocol}` || (arg === '--protocol' && args[at + 1] === protocol),
  );
}

/**
 * The address that a device dials: at the path of the example, where it has none of its own.
 * @param example told when there is none, or none that can be
 * @throws UsageError
 */
export function dialledUrl(protocol: string, connect: string | undefined, example: string): string {
  if (connect !== undefined && /^wss?:\/\//.test(connect) && URL.canParse(connect)) {
    const url = new URL(connect);
    if (url.pathname === '/') url.pathname = new URL(example).pathname;
    return url.href;
  }
  throw new UsageError(`--protocol ${protocol} dials: give --connect ${example}`);
}

/** The options that every device has which dials a WebSocket, for `parseArgs`. `speaker`: a WAV file of what it plays. */
export const DIALLING = {
  protocol: { type: 'string' },
  connect: { type: 'string' },
  name: { type: 'string' },
  token: { type: 'string' },
  mic: { type: 'string', multiple: true },
  say: { type: 'string', multiple: true },
  speaker: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;
