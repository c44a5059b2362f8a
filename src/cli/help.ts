import { textTable } from '../core/text-table.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { EXIT_CODE_MEANINGS } from './exit-codes.ts';

const indent = (text: string) => text.replace(/^(?=.)/gm, '  ');

/** What `dialtone --help` says. */
export function help(): string {
  const commands = textTable(COMMANDS.map(({ name, summary }) => [name, summary]));
  const codes = textTable(EXIT_CODE_MEANINGS.map(([code, meaning]) => [String(code), meaning]));
  return `dialtone dials your voice devices and talks with them.

  dialtone [COMMAND] [ARGUMENTS]

Commands ("dialtone COMMAND --help" says more of each):
${indent(commands)}

To begin with:
  dialtone config example > devices.json   then write name, address and protocol of your device
  dialtone validate                        checks the file and says what is wrong
  dialtone                                 dials the devices and talks
  dialtone status                          in another terminal: who is connected, and why not

Settings are environment variables: see docs/CONFIGURATION.md. --version prints the version.

Exit codes:
${indent(codes)}
`;
}

/** What `dialtone COMMAND --help` says. */
export function helpOf({ name, args, summary, details }: Command): string {
  return `dialtone ${name}${args === '' ? '' : ` ${args}`}\n\n${summary}.\n\n${details}\n`;
}
