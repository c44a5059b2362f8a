import { write } from 'node:fs';
import type { WriteBytes } from '../telemetry/log-output.ts';

/** What node keeps behind a stream of a terminal or a pipe. */
interface WithHandle {
  readonly _handle?: { setBlocking?(blocking: boolean): unknown } | null;
}

/**
 * Makes stdout and stderr, where they are pipes, sockets or terminals, refuse what they have no room for instead of making the
 * writer wait: a thread that waits for a reader keeps the process from ending. A reader that is gone is no error. To be
 * called once, at the start of a program that goes on.
 */
export function letOutputNotBlock(): void {
  // Node opens both when they are first asked for: pipes are set not to block then, terminals to block.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {});
    (stream as WithHandle)._handle?.setBlocking?.(false);
  }
}

/** Writes to stdout in a thread: a disk, too, may be slow. */
export const writeToStdout: WriteBytes = (bytes, offset, length, done) =>
  write(process.stdout.fd, bytes, offset, length, done);

/** Ends the process once what was printed through `process.stdout` and `process.stderr` is taken, after `maxMs` at the latest. */
export async function exitWhenPrinted(exitCode: number, maxMs: number): Promise<never> {
  const taken = (stream: NodeJS.WriteStream) =>
    new Promise<void>((resolve) => {
      // A reader that is gone takes nothing more.
      stream.on('error', () => resolve());
      stream.write('', () => resolve());
    });
  setTimeout(() => process.exit(exitCode), maxMs);
  await Promise.all([taken(process.stdout), taken(process.stderr)]);
  process.exit(exitCode);
}
