import { parseArgs } from 'node:util';
import type { SpeechSource } from '../mic/speech.ts';
import { oneOf, usage, wholeNumber } from './cli-values.ts';
import { DIALLING, dialledUrl, questionsIn, wantsProtocol } from './dialling-options.ts';

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
  /** Path of a WAV file of what its loudspeaker plays. */
  readonly speaker: string | undefined;
}

/** Whether the command line asks for a pin. */
export function isHotpin(args: readonly string[]): boolean {
  return wantsProtocol(args, 'hotpin');
}

/** Parses it; undefined when help was asked for. Throws {@link UsageError}. */
export function parseHotpin(args: readonly string[]): HotpinCliOptions | undefined {
  const { values, tokens } = parse(args);
  if (values.help) return undefined;
  const { photo } = values;
  return {
    url: dialledUrl('hotpin', values.connect, 'ws://127.0.0.1:8765/ws'),
    name: values.name ?? 'pin',
    token: values.token,
    bears: oneOf('--bears', values.bears ?? 'raw', ['raw', 'bearer', 'query'] as const),
    slots: wholeNumber('--slots', values.slots ?? '4', 1_000),
    neverReady: values['never-ready'] ?? false,
    noPong: values['no-pong'] ?? false,
    photo,
    questions: questionsIn(tokens),
    speaker: values.speaker,
  };
}

function parse(args: readonly string[]) {
  return usage(() =>
    parseArgs({
      args: [...args],
      strict: true,
      tokens: true,
      options: {
        ...DIALLING,
        bears: { type: 'string' },
        slots: { type: 'string' },
        photo: { type: 'string' },
        'never-ready': { type: 'boolean' },
        'no-pong': { type: 'boolean' },
      },
    }),
  );
}
