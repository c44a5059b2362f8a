import { parseArgs } from 'node:util';
import type { SpeechSource } from '../mic/speech.ts';
import { UsageError, usage, wholeNumber } from './cli-values.ts';

/** What the command line asks for with `--protocol hotpin`. */
export interface HotpinCliOptions {
  /** `ws://…` of the backend. */
  readonly url: string;
  readonly name: string;
  readonly token: string | undefined;
  readonly bears: 'raw' | 'bearer' | 'query';
  readonly slots: number;
  readonly neverReady: boolean;
  readonly noPong: boolean;
  /** Path of a picture that is shown before the first question. */
  readonly photo: string | undefined;
  readonly questions: readonly SpeechSource[];
}

/** Whether the command line asks for a pin. */
export function isHotpin(args: readonly string[]): boolean {
  return args.some((arg, at) => arg === '--protocol=hotpin' || (arg === '--protocol' && args[at + 1] === 'hotpin'));
}

/** Parses it; undefined when help was asked for. Throws {@link UsageError}. */
export function parseHotpin(args: readonly string[]): HotpinCliOptions | undefined {
  const { values, tokens } = parse(args);
  if (values.help) return undefined;
  const { connect, photo, bears = 'raw' } = values;
  if (connect === undefined || !/^wss?:\/\//.test(connect)) {
    throw new UsageError('--protocol hotpin dials: give --connect ws://127.0.0.1:8765/ws');
  }
  if (bears !== 'raw' && bears !== 'bearer' && bears !== 'query') {
    throw new UsageError(`--bears takes raw, bearer or query, not "${bears}".`);
  }
  return {
    url: connect,
    name: values.name ?? 'pin',
    token: values.token,
    bears,
    slots: wholeNumber('--slots', values.slots ?? '4', 1_000),
    neverReady: values['never-ready'] ?? false,
    noPong: values['no-pong'] ?? false,
    photo,
    questions: tokens.flatMap((token): SpeechSource[] => {
      if (token.kind !== 'option' || token.value === undefined) return [];
      if (token.name === 'mic') return [{ wav: token.value }];
      return token.name === 'say' ? [{ text: token.value }] : [];
    }),
  };
}

function parse(args: readonly string[]) {
  return usage(() =>
    parseArgs({
      args: [...args],
      strict: true,
      tokens: true,
      options: {
        protocol: { type: 'string' },
        connect: { type: 'string' },
        name: { type: 'string' },
        token: { type: 'string' },
        bears: { type: 'string' },
        slots: { type: 'string' },
        photo: { type: 'string' },
        'never-ready': { type: 'boolean' },
        'no-pong': { type: 'boolean' },
        mic: { type: 'string', multiple: true },
        say: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    }),
  );
}
