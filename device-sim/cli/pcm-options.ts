import { parseArgs } from 'node:util';
import type { SpeechSource } from '../mic/speech.ts';
import { UsageError, usage } from './cli-values.ts';

/** What the command line asks for with `--protocol pcm --connect URL`. */
export interface PcmCliOptions {
  /** `ws://…` of the backend. */
  readonly url: string;
  readonly id: string;
  readonly name: string;
  readonly token: string | undefined;
  readonly questions: readonly SpeechSource[];
}

/** Whether the command line asks for a pcm device that dials: without `--connect` it waits to be dialled. */
export function isPcmDialler(args: readonly string[]): boolean {
  const isPcm = args.some((arg, at) => arg === '--protocol=pcm' || (arg === '--protocol' && args[at + 1] === 'pcm'));
  return isPcm && args.some((arg) => arg === '--connect' || arg.startsWith('--connect='));
}

/** Parses it; undefined when help was asked for. Throws {@link UsageError}. */
export function parsePcmDialler(args: readonly string[]): PcmCliOptions | undefined {
  const { values, tokens } = usage(() =>
    parseArgs({
      args: [...args],
      strict: true,
      tokens: true,
      options: {
        protocol: { type: 'string' },
        connect: { type: 'string' },
        id: { type: 'string' },
        name: { type: 'string' },
        token: { type: 'string' },
        mic: { type: 'string', multiple: true },
        say: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    }),
  );
  if (values.help) return undefined;
  const { connect = '' } = values;
  if (!/^wss?:\/\//.test(connect)) throw new UsageError('--connect takes an address: ws://127.0.0.1:8765/ws');
  return {
    url: connect,
    id: values.id ?? 'sim-robot',
    name: values.name ?? 'device',
    token: values.token,
    questions: tokens.flatMap((token): SpeechSource[] => {
      if (token.kind !== 'option' || token.value === undefined) return [];
      if (token.name === 'mic') return [{ wav: token.value }];
      return token.name === 'say' ? [{ text: token.value }] : [];
    }),
  };
}
