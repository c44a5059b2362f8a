import { cleanText, MAX_SPEECH } from '../../core/clean-text.ts';
import { type CommandArgs, type CommandIo, UsageError } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { BackendClient } from './backend-client.ts';

/** What became of a question. */
interface Asked {
  readonly outcome: string;
  readonly answer: string;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** `dialtone ask`: prints the answer alone, so that a script can take it. @throws BackendError */
export async function ask(args: CommandArgs, io: CommandIo): Promise<number> {
  const { options, positionals } = args;
  const client = BackendClient.for(args, io);
  const [device = '', ...words] = positionals;
  const timeout = options.timeout === undefined ? undefined : Number(options.timeout);
  if (Number.isNaN(timeout)) throw new UsageError('--timeout is a number of seconds');
  const body = {
    text: words.join(' '),
    ...(typeof options.voice === 'string' ? { voice: options.voice } : {}),
    ...(timeout === undefined ? {} : { timeout }),
  };
  const path = `/v1/devices/by-name/${encodeURIComponent(device)}/ask`;
  const { outcome, answer, error } = (await client.post(path, body)) as Asked;
  if (outcome === 'answered') {
    io.out(`${cleanText(answer, MAX_SPEECH)}\n`);
    return EXIT.ok;
  }
  io.err(`${outcome}${error ? `: ${cleanText(error.message)} (${error.code})` : ''}\n`);
  return EXIT.failure;
}
