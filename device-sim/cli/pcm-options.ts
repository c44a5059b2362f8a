import { parseArgs } from 'node:util';
import type { SpeechSource } from '../mic/speech.ts';
import { usage } from './cli-values.ts';
import { DIALLING, dialledUrl, questionsIn, wantsProtocol } from './dialling-options.ts';

/** What the command line asks for with `--protocol pcm --connect URL`. */
export interface PcmCliOptions {
  /** `ws://…` of the backend. */
  readonly url: string;
  readonly id: string;
  readonly name: string;
  readonly token: string | undefined;
  readonly questions: readonly SpeechSource[];
  /** Path of a WAV file of what its loudspeaker plays. */
  readonly speaker: string | undefined;
}

/** Whether the command line asks for a pcm device that dials: without `--connect` it waits to be dialled. */
export function isPcmDialler(args: readonly string[]): boolean {
  return wantsProtocol(args, 'pcm') && args.some((arg) => arg === '--connect' || arg.startsWith('--connect='));
}

/** Parses it; undefined when help was asked for. Throws {@link UsageError}. */
export function parsePcmDialler(args: readonly string[]): PcmCliOptions | undefined {
  const { values, tokens } = usage(() =>
    parseArgs({
      args: [...args],
      strict: true,
      tokens: true,
      options: {
        ...DIALLING,
        id: { type: 'string' },
      },
    }),
  );
  if (values.help) return undefined;
  return {
    url: dialledUrl('pcm', values.connect, 'ws://127.0.0.1:8765/ws'),
    id: values.id ?? 'sim-robot',
    name: values.name ?? 'device',
    token: values.token,
    questions: questionsIn(tokens),
    speaker: values.speaker,
  };
}
