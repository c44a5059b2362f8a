import type { ParseArgsConfig } from 'node:util';

/** What a command was given. */
export interface CommandArgs {
  readonly positionals: readonly string[];
  /** By name without the dashes. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** What a command works with: the process, or a test's stand-in for it. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** A command of `dialtone`. */
export interface Command {
  readonly name: string;
  /** Its arguments, as `--help` shows them. */
  readonly args: string;
  /** One line. */
  readonly summary: string;
  /** What `dialtone NAME --help` says more. */
  readonly details: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** How many arguments it needs, and takes. */
  readonly positionals: readonly [least: number, most: number];
  /** Loads what runs it: a health check every 30 s should not load a backend. */
  readonly load: () => Promise<(args: CommandArgs, io: CommandIo) => number | Promise<number>>;
}

/** A mistake in the use of a command. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
