import { systemClock } from '../../core/clock.ts';
import { ownArchives } from '../../mcp/archives.ts';
import { serveStdio } from '../../mcp/stdio.ts';
import { StripOrders } from '../../mcp/strip-tools.ts';
import { touchTemplates } from '../../mcp/touch-notice.ts';
import { parseSettings } from '../../settings.ts';
import type { CommandArgs, CommandIo } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { version } from '../version.ts';
import { BackendClient } from './backend-client.ts';
import { followEvents } from './follow-events.ts';

/** `dialtone mcp`: goes on until its client ends it. Standard output is the client's: everything else goes to standard error. @throws DialtoneError `settings_invalid` */
export async function mcp(args: CommandArgs, io: CommandIo): Promise<number> {
  const client = BackendClient.for(args, io);
  const { MCP_TOUCH_TAP, MCP_TOUCH_STROKE } = io.env;
  const touches = touchTemplates(parseSettings({ MCP_TOUCH_TAP, MCP_TOUCH_STROKE }));
  const { device = io.env.MCP_DEVICE } = args.options as { readonly device?: string };
  const server = await serveStdio({
    backend: client,
    // The backend knows what the token may do; a call that is too much is refused there.
    mayWrite: true,
    device: device === '' ? undefined : device?.normalize('NFC'),
    archives: ownArchives(),
    orders: new StripOrders(),
    touches,
    clock: systemClock,
    version: version(),
    onError: (error) => io.err(`${String(error)}\n`),
    input: process.stdin,
    output: process.stdout,
  });
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  void server.ended.then(end);
  // Its client may be started before the backend.
  const following = followEvents(client, {
    signal: stop.signal,
    waits: true,
    onEvent: ({ event, data }) => server.heard({ type: event, ...(JSON.parse(data) as object) }),
    onLost: () => io.err(`no answer from ${client.url}: calls will fail until it is there\n`),
    onBack: () => server.heard({ type: 'config.reloaded' }),
  }).catch((error: unknown) => io.err(`${error instanceof Error ? error.message : String(error)}\n`));
  await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
  await following;
  await server.close();
  return EXIT.ok;
}
