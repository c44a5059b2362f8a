import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

/** An empty folder for the length of a test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A compiled program of the project while it runs. */
export interface Program {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  /** Waits until it has printed what matches, and returns the match. */
  printed(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
}

/** What a program is started with. */
export interface ProgramOptions {
  /** Path below dist/. Default main.js. */
  readonly entry?: string;
  /** Another program than node, which is given the arguments alone. Default: node, with `entry`. */
  readonly command?: string;
  /** Arguments of node itself. */
  readonly nodeArgs?: readonly string[];
  readonly cwd?: string;
  /** Its whole environment but for PATH: nothing of the developer's own settings gets in. */
  readonly env?: Readonly<Record<string, string>>;
  /** File descriptors to print to, which then are not read here. Default: pipes of their own. */
  readonly stdout?: number;
  readonly stderr?: number;
}

/** Starts a compiled program, in an empty folder unless told otherwise. It is ended with the test at the latest. */
export function startProgram(args: readonly string[], options: ProgramOptions = {}): Program {
  const entry = fileURLToPath(new URL(`../../dist/${options.entry ?? 'main.js'}`, import.meta.url));
  const { command = process.execPath, nodeArgs = [] } = options;
  const child = spawn(command, options.command === undefined ? [...nodeArgs, entry, ...args] : args, {
    cwd: options.cwd ?? temporaryFolder(),
    env: { PATH: process.env.PATH ?? '', ...options.env },
    stdio: ['ignore', options.stdout ?? 'pipe', options.stderr ?? 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  // `close` comes when its output has been read as well.
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    out: () => out,
    err: () => err,
    ended,
    printed: async (pattern, timeoutMs = 60_000) => {
      await expect.poll(() => `${out}${err}`, { timeout: timeoutMs, interval: 20 }).toMatch(pattern);
      const match = pattern.exec(`${out}${err}`);
      if (!match) throw new Error(`${pattern} is gone`);
      return match;
    },
  };
}
