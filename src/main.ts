#!/usr/bin/env node
import { tooOldNode } from './cli/node-version.ts';

/** So long the end of the process waits for a reader of what it has printed, milliseconds. */
const FLUSH_MS = 1_000;

const io = {
  env: process.env,
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
};

async function main(): Promise<void> {
  // Imported behind the check: an old Node does not even load some of it.
  const { runCommandLine } = await import('./cli/command-line.ts');
  const { exitWhenPrinted } = await import('./cli/stdio.ts');
  await exitWhenPrinted(await runCommandLine(process.argv.slice(2), io), FLUSH_MS);
}

const tooOld = tooOldNode(process.version);
if (tooOld === undefined) void main();
else {
  io.err(`${tooOld}\n`);
  process.exitCode = 1;
}
