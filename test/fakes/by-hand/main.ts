import { createInterface } from 'node:readline';
import { onceNpmIsGone } from '#src/cli/npm-gone';
import { parseFault } from './faults.ts';
import { HELP, parseOptions } from './options.ts';
import { type Servers, startServers } from './servers.ts';
import { UsageError } from './usage-error.ts';
import { variables } from './variables.ts';

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs until a signal; resolves with the exit code. */
async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(HELP);
    return 0;
  }
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
    onceNpmIsGone(resolve);
  });
  // A fake throws at a mistake of its client's, so that a test fails. Here it is told.
  process.on('uncaughtException', (error) => print(`the client made a mistake: ${error.message}`));
  const servers = await startServers(options.ports, print);
  for (const fault of options.faults) servers.fail(fault);
  for (const [name, url] of servers.urls) print(`${name.padEnd(12)} ${url}`);
  print('\nSome of these variables, and dialtone uses them:\n');
  for (const line of variables(servers.urls)) print(`  ${line}`);
  print('\nready; Ctrl-C ends it');
  createInterface({ input: process.stdin }).on('line', (line) => obey(servers, line.trim()));
  await stopped;
  await servers.close();
  return 0;
}

/** What was typed in: a fault, which takes the place of those of its servers, or "heal". */
function obey(servers: Servers, line: string): void {
  if (line === '') return;
  try {
    if (line === 'heal') servers.heal();
    else {
      const faults = parseFault(line);
      servers.heal(faults[0]?.server);
      for (const fault of faults) servers.fail(fault);
    }
    print(`from the next request: ${line}`);
  } catch (error) {
    print(messageOf(error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const isUsed = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    const hint = isUsed ? '. Stop what listens there, or give another port; 0 takes any free one.' : '';
    process.stderr.write(`fake-engines: ${messageOf(error)}${hint}\n`);
    if (error instanceof UsageError) process.stderr.write('Try --help.\n');
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
