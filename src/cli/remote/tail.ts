import type { CommandArgs, CommandIo } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onceNpmIsGone } from '../npm-gone.ts';
import { BackendClient } from './backend-client.ts';
import { BackendError } from './backend-error.ts';
import { followEvents } from './follow-events.ts';
import { type StreamEvent, tailLines } from './tail-lines.ts';

/** `dialtone tail`: goes on until a signal, or until the reader of its output is gone. @throws BackendError at the start */
export async function tail(args: CommandArgs, io: CommandIo): Promise<number> {
  const client = BackendClient.for(args, io);
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  onceNpmIsGone(end);
  process.stdout.on('error', end);
  const devices = new Set(args.positionals.map((name) => name.normalize('NFC')));
  let isFirst = true;
  const show = (type: string | undefined, data: string) => {
    // The first one, `snapshot`, has neither in its data.
    const event: StreamEvent = { type, at: new Date().toISOString(), ...(JSON.parse(data) as StreamEvent) };
    // Later a device may go, and come again, with devices.json.
    if (isFirst && type === 'snapshot') requireDevices(devices, event);
    isFirst = false;
    if (args.options.json) {
      if (devices.size === 0 || devices.has(String(event.device))) io.out(`${JSON.stringify(event)}\n`);
    } else for (const line of tailLines(event, devices)) io.out(`${line}\n`);
  };

  await followEvents(client, {
    signal: stop.signal,
    onEvent: ({ event, data }) => show(event, data),
    onBack: () => io.err('the backend answers again\n'),
    onLost: () => io.err(`${client.url} has ended the stream: trying again\n`),
  });
  return EXIT.ok;
}

/** @throws BackendError for a name that is none of a device: nothing would ever be shown of it */
function requireDevices(names: ReadonlySet<string>, snapshot: StreamEvent): void {
  const known = snapshot.devices as object;
  for (const name of names) {
    if (!Object.hasOwn(known, name)) throw new BackendError(`there is no device "${name}"`, EXIT.failure);
  }
}
