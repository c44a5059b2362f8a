import { cleanText, MAX_SPEECH } from '../../core/clean-text.ts';
import { type CommandArgs, type CommandIo, UsageError } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { BackendClient } from './backend-client.ts';

/** What became of a text: a result, or why the device was not asked. */
interface Said {
  readonly outcome?: string;
  readonly heard?: string;
  readonly refused?: string;
  readonly error?: { readonly code: string; readonly message: string } | null;
}

/** `dialtone say`. @throws BackendError */
export async function say(args: CommandArgs, io: CommandIo): Promise<number> {
  const { options, positionals } = args;
  const client = BackendClient.for(args, io);
  const [device = '', ...words] = positionals;
  const isForAll = options.all === true;
  const text = (isForAll ? positionals : words).join(' ');
  if (text.trim() === '') throw new UsageError('say which text');
  const waits = options['no-wait'] !== true;
  const body = {
    text,
    ...(typeof options.voice === 'string' ? { voice: options.voice } : {}),
    ...(options.interrupt ? { interrupt: true } : {}),
    ...(waits ? {} : { wait: false }),
  };
  if (!isForAll) {
    const said = await client.post(`/v1/devices/by-name/${encodeURIComponent(device)}/say`, body);
    return waits ? tell(io, '', said as Said) : EXIT.ok;
  }
  const answer = (await client.post('/v1/announce', { ...body, all: true })) as { devices?: Record<string, Said> };
  let exitCode: number = EXIT.ok;
  for (const [name, said] of Object.entries(answer.devices ?? {})) {
    if (waits || said.refused !== undefined) exitCode = Math.max(exitCode, tell(io, `${cleanText(name)}: `, said));
  }
  return exitCode;
}

function tell({ out, err }: CommandIo, prefix: string, { outcome, heard, refused, error }: Said): number {
  if (heard) out(`${prefix}${cleanText(heard, MAX_SPEECH)}\n`);
  if (outcome === 'played') return EXIT.ok;
  err(`${prefix}${refused ?? outcome}${error ? `: ${cleanText(error.message)} (${error.code})` : ''}\n`);
  return EXIT.failure;
}
