#!/usr/bin/env node
import { runCommandLine } from './cli/command-line.ts';
import { exitWhenPrinted } from './cli/stdio.ts';

/** So long the end of the process waits for a reader of what it has printed, milliseconds. */
const FLUSH_MS = 1_000;

const io = {
  env: process.env,
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
};

void runCommandLine(process.argv.slice(2), io).then((exitCode) => exitWhenPrinted(exitCode, FLUSH_MS));
