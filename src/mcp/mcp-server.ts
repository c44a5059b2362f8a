import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { cleanText } from '../core/clean-text.ts';
import type { Clock, Timer } from '../core/clock.ts';
import type { Archives } from './archives.ts';
import type { Backend, BackendEvent } from './backend.ts';
import { toolsForModel } from './device-calls.ts';
import { fleetTools } from './fleet-tools.ts';
import { failure, type McpTool } from './mcp-tool.ts';
import { oneDeviceTools } from './one-device-tools.ts';
import type { StripOrders } from './strip-tools.ts';
import { type TouchTemplates, touchEvent, touchNotice } from './touch-notice.ts';

/** A client is told of changes at most once in this time, milliseconds: a fleet comes up device by device. */
const CHANGES_MS = 500;

/** A client that asked to be told of progress hears of a call that takes long this often, milliseconds: it gives up after 60 s otherwise. */
const PROGRESS_MS = 10_000;

/** Longest name of a tool that an error repeats. */
const MAX_NAME = 128;

const INSTRUCTIONS =
  'Voice devices (robots, speakers with a microphone) that stand in rooms with people. list_devices tells which there are; say, ask ' +
  'and listen speak with the people there; get_status tells what else a device can do, device_tool does it. A touch comes as the ' +
  'notification stackchan/event.';

/** What a server is made with. */
export interface McpServerOptions {
  readonly backend: Backend;
  /** Whether the caller may do more than read. */
  readonly mayWrite: boolean;
  /** The device whose functions are tools themselves, and which is meant when none is named. */
  readonly device: string | undefined;
  /** The files that clients may name. */
  readonly archives: Archives;
  /** What clients have said of strips of lights. */
  readonly orders: StripOrders;
  /** What clients are told of touches in words. */
  readonly touches: TouchTemplates;
  readonly clock: Clock;
  /** dialtone's own version. */
  readonly version: string;
  /** Told of a call that failed through our fault; on stdio also of what is no message. */
  readonly onError: (error: unknown) => void;
}

/** An MCP server over the fleet, for one client: connect it to a transport. */
export class FleetMcpServer {
  readonly server: Server;
  readonly #options: McpServerOptions;
  #timer: Timer | undefined;

  constructor(options: McpServerOptions) {
    this.#options = options;
    // Clients that know channels drop what comes over one that was not announced.
    const channel = Object.keys(options.touches).length > 0 ? { 'claude/channel': {} } : {};
    const experimental = { 'stackchan/event': {}, ...channel };
    this.server = new Server(
      { name: 'dialtone', version: options.version },
      { capabilities: { tools: { listChanged: true }, experimental }, instructions: INSTRUCTIONS },
    );
    this.server.setRequestHandler(ListToolsRequestSchema, async () => ({
      tools: (await this.#tools()).map(({ spec }) => spec),
    }));
    this.server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
      const tool = (await this.#tools()).find(({ spec }) => spec.name === params.name);
      if (!tool) throw new McpError(ErrorCode.InvalidParams, await this.#whyMissing(params.name));
      const { progressToken } = params._meta ?? {};
      const stop =
        progressToken === undefined
          ? undefined
          : this.#tellProgress((progress) =>
              extra.sendNotification({ method: 'notifications/progress', params: { progressToken, progress } }),
            );
      try {
        return await this.#run(tool, params.arguments ?? {}, extra.signal);
      } finally {
        stop?.();
      }
    });
  }

  /** Something has happened in the backend. */
  heard(event: BackendEvent): void {
    const { type, device } = event;
    if (type === 'device.touch') this.#touched(event);
    if (type !== 'device.state' && type !== 'device.tools' && type !== 'config.reloaded') return;
    const { clock, device: only } = this.#options;
    if (type !== 'config.reloaded' && only !== undefined && device !== only) return;
    this.#timer ??= clock.setTimer(() => {
      this.#timer = undefined;
      // A client that is gone hears nothing.
      this.server.sendToolListChanged().catch(() => undefined);
    }, CHANGES_MS);
  }

  #touched(event: BackendEvent): void {
    const { device: only, touches } = this.#options;
    if (only !== undefined && event.device !== only) return;
    this.#notify('stackchan/event', touchEvent(event));
    const notice = touchNotice(event, touches);
    if (notice) this.#notify('notifications/claude/channel', notice);
  }

  /** A client that is gone hears nothing. */
  #notify(method: string, params: Readonly<Record<string, unknown>>): void {
    this.server.notification({ method, params }).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#options.clock.clearTimer(this.#timer);
    await this.server.close();
  }

  async #tools(): Promise<McpTool[]> {
    const { backend, mayWrite, archives, orders } = this.#options;
    const names = await deviceNames(backend);
    const device = this.#deviceOf(names);
    const ofFleet = fleetTools(names, device);
    const taken = ofFleet.map(({ spec }) => spec.name);
    const direct =
      mayWrite && device !== undefined ? await oneDeviceTools({ backend, device, archives, orders, taken }) : [];
    return [...ofFleet, ...direct].filter(({ reads }) => mayWrite || reads);
  }

  /** The device that is meant when none is named: of a fleet of one device, that one. */
  #deviceOf(names: readonly string[]): string | undefined {
    return this.#options.device ?? (names.length === 1 ? names[0] : undefined);
  }

  /** Why there is no such tool: the functions of a device that is away are none. */
  async #whyMissing(name: string): Promise<string> {
    const { backend } = this.#options;
    const device = this.#deviceOf(await deviceNames(backend));
    const why = device === undefined ? undefined : await toolsForModel(backend, device).catch((error: Error) => error);
    return `there is no tool "${cleanText(name, MAX_NAME)}"${why instanceof Error ? `: ${why.message}` : ''}`;
  }

  /** @param signal the client has cancelled the call */
  async #run(tool: McpTool, args: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<CallToolResult> {
    const { backend, onError } = this.#options;
    try {
      return await tool.run(args, {
        get: (path) => backend.get(path),
        post: (path, body) => backend.post(path, body, signal),
        upload: (path, bytes) => backend.upload(path, bytes),
      });
    } catch (error) {
      if (error instanceof z.ZodError) onError(error);
      // The backend says what to do.
      return failure(error instanceof Error && !(error instanceof z.ZodError) ? error.message : 'unexpected answer');
    }
  }

  #tellProgress(tell: (progress: number) => Promise<void>): () => void {
    const { clock } = this.#options;
    let progress = 0;
    let timer: Timer;
    const next = () => {
      timer = clock.setTimer(() => {
        progress += 1;
        tell(progress).catch(() => undefined);
        next();
      }, PROGRESS_MS);
    };
    next();
    return () => clock.clearTimer(timer);
  }
}

const namesSchema = z.object({ devices: z.array(z.object({ name: z.string(), enabled: z.boolean().default(true) })) });

/** Those that are enabled. Without a backend the tools are listed all the same: a call then says what is wrong. */
async function deviceNames(backend: Backend): Promise<string[]> {
  const listed = await backend.get('/v1/devices').catch(() => undefined);
  const parsed = namesSchema.safeParse(listed);
  return parsed.success ? parsed.data.devices.flatMap(({ name, enabled }) => (enabled ? [name] : [])) : [];
}
