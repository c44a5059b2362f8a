import { setTimeout as wait } from 'node:timers/promises';
import type { CommandArgs, CommandIo } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { BackendClient } from './backend-client.ts';
import { BackendError } from './backend-error.ts';
import { type StreamEvent, tailLines } from './tail-lines.ts';

/** So long after the stream ended it is opened again, milliseconds. */
const AGAIN_MS = 1_000;

/** `dialtone tail`: goes on until a signal, or until the reader of its output is gone. @throws BackendError at the start */
export async function tail(args: CommandArgs, io: CommandIo): Promise<number> {
  const client = BackendClient.for(args, io);
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  process.stdout.on('error', end);
  const devices = new Set(args.positionals);
  const show = (type: string | undefined, data: string) => {
    // The first one, `snapshot`, has neither in its data.
    const event: StreamEvent = { type, at: new Date().toISOString(), ...(JSON.parse(data) as StreamEvent) };
    if (args.options.json) {
      if (devices.size === 0 || devices.has(String(event.device))) io.out(`${JSON.stringify(event)}\n`);
    } else for (const line of tailLines(event, devices)) io.out(`${line}\n`);
  };

  let lastId: string | undefined;
  let isFirst = true;
  let isLost = false;
  while (!stop.signal.aborted) {
    try {
      for await (const { id, event, data } of client.events(lastId, stop.signal)) {
        if (isLost) io.err('the backend answers again\n');
        isLost = false;
        isFirst = false;
        lastId = id ?? lastId;
        show(event, data);
      }
    } catch (error) {
      if (stop.signal.aborted) break;
      // Later it may be a restart of the backend, which takes a while.
      if (isFirst || !(error instanceof BackendError) || error.exitCode !== EXIT.unavailable) throw error;
    }
    if (stop.signal.aborted) break;
    if (!isLost) io.err(`${client.url} has ended the stream: trying again\n`);
    isLost = true;
    await wait(AGAIN_MS, undefined, { signal: stop.signal }).catch(() => undefined);
  }
  return EXIT.ok;
}
