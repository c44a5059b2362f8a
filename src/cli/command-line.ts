import { parseArgs } from 'node:util';
import { editDistance } from '../core/edit-distance.ts';
import { type ErrorCode, toDialtoneError } from '../core/errors.ts';
import { type Command, type CommandArgs, type CommandIo, UsageError } from './command.ts';
import { COMMANDS } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { help, helpOf } from './help.ts';
import { BackendError } from './remote/backend-error.ts';
import { version } from './version.ts';

/** Starting again does not help: a setting is wrong, or one is missing that an engine needs. */
const SETTING_CODES: readonly ErrorCode[] = ['settings_invalid', 'engine_misconfigured'];

/**
 * Runs what the arguments of `dialtone` say.
 * @returns the exit code; what failed has been told on stderr
 */
export async function runCommandLine(args: readonly string[], io: CommandIo): Promise<number> {
  const [first = 'serve', ...rest] = args;
  if (first === '--help' || first === '-h') return tell(io, help());
  if (first === 'help') return runCommandLine(rest.length === 0 ? ['--help'] : [...rest.slice(0, 1), '--help'], io);
  if (first === '--version') return tell(io, `${version()}\n`);
  const command = COMMANDS.find(({ name }) => name === first);
  if (!command) {
    // So many letters may be wrong of the command that was meant.
    const most = Math.floor(first.length / 3);
    const near = COMMANDS.find(({ name }) => editDistance(name, first, most) <= most);
    const meant = near ? `; did you mean "${near.name}"?` : '';
    const what = first.startsWith('-') ? `unknown option ${first}` : `unknown command "${first}"${meant}`;
    io.err(`${what}\n\n${help()}`);
    return EXIT.usage;
  }
  try {
    const given = argsOf(command, rest);
    if (given.options.help) return tell(io, helpOf(command));
    const run = await command.load();
    return await run(given, io);
  } catch (error) {
    return complain(error, command, io);
  }
}

function tell(io: CommandIo, text: string): number {
  io.out(text);
  return EXIT.ok;
}

/** @throws UsageError */
function argsOf(command: Command, args: readonly string[]): CommandArgs {
  let parsed: CommandArgs;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...command.options, help: { type: 'boolean', short: 'h' } },
    });
    parsed = { positionals, options: values as CommandArgs['options'] };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const [least, most] = command.positionals;
  const { positionals, options } = parsed;
  if (!options.help && positionals.length < least) throw new UsageError(`something is missing: ${command.args}`);
  const extra = positionals[most];
  if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many`);
  return parsed;
}

function complain(cause: unknown, command: Command, io: CommandIo): number {
  if (cause instanceof UsageError) {
    io.err(`${cause.message}\n\n${helpOf(command)}`);
    return EXIT.usage;
  }
  if (cause instanceof BackendError) {
    io.err(`${cause.message}\n`);
    return cause.exitCode;
  }
  const error = toDialtoneError(cause);
  const isConfig = error.code.startsWith('config_') || SETTING_CODES.includes(error.code);
  const details = error.code === 'internal' && error.cause instanceof Error ? `\n${error.cause.stack}` : '';
  io.err(`${error.message}${details}\n`);
  return isConfig ? EXIT.config : EXIT.failure;
}
