import { parseArgs } from 'node:util';
import type { SpeechSource } from '../mic/speech.ts';
import type { WireVersion } from '../protocols/xiaozhi/xiaozhi-wire.ts';
import { UsageError, usage } from './cli-values.ts';
import { DIALLING, dialledUrl, questionsIn, wantsProtocol } from './dialling-options.ts';

/** What the command line asks for with `--protocol xiaozhi`. */
export interface XiaozhiCliOptions {
  /** `ws://…` of the backend. */
  readonly url: string;
  readonly id: string;
  readonly name: string;
  readonly token: string | undefined;
  readonly version: WireVersion;
  readonly kind: 'stock' | 'stackchan';
  readonly mode: 'auto' | 'realtime';
  readonly noPong: boolean;
  readonly questions: readonly SpeechSource[];
  /** Path of a WAV file of what its loudspeaker plays. */
  readonly speaker: string | undefined;
}

/** Whether the command line asks for a device that dials. */
export function isXiaozhi(args: readonly string[]): boolean {
  return wantsProtocol(args, 'xiaozhi');
}

/** Parses it; undefined when help was asked for. Throws {@link UsageError}. */
export function parseXiaozhi(args: readonly string[]): XiaozhiCliOptions | undefined {
  const { values, tokens } = parse(args);
  if (values.help) return undefined;
  const { version = '1' } = values;
  if (!/^[123]$/.test(version)) throw new UsageError(`--version takes 1, 2 or 3, not "${version}".`);
  if (values.stock && values.stackchan) throw new UsageError('--stock and --stackchan are two devices: give one.');
  return {
    url: dialledUrl('xiaozhi', values.connect, 'ws://127.0.0.1:8765/xiaozhi/v1/'),
    id: values.id ?? '02:00:00:00:00:01',
    name: values.name ?? 'device',
    token: values.token,
    version: Number(version) as WireVersion,
    kind: values.stackchan ? 'stackchan' : 'stock',
    mode: values.realtime ? 'realtime' : 'auto',
    noPong: values['no-pong'] ?? false,
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
        id: { type: 'string' },
        version: { type: 'string' },
        stock: { type: 'boolean' },
        stackchan: { type: 'boolean' },
        realtime: { type: 'boolean' },
        'no-pong': { type: 'boolean' },
      },
    }),
  );
}
