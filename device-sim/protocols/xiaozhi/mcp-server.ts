import type { SimTool } from './peripherals.ts';

/** Length of a page of the tool list, bytes (firmware 2.4.2). */
const PAGE_BYTES = 8_000;

/** Where the backend wants pictures. */
export interface VisionTarget {
  readonly url: string;
  readonly token: string | undefined;
}

/** What a device's side of the Model Context Protocol is made of. */
export interface McpServerOptions {
  readonly name: string;
  readonly tools: readonly SimTool[];
  /** Bytes of a page. Default: those of the firmware. */
  readonly pageBytes?: number;
  /** Never answers calls of this function. */
  readonly mute?: string | undefined;
  readonly send: (payload: unknown) => void;
  readonly onVision: (vision: VisionTarget) => void;
  /** Something that firmware would have dropped. */
  readonly onProblem: (problem: string) => void;
}

interface Request {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** The device's side of the Model Context Protocol: as strict, and as terse in its errors, as firmware. */
export class McpServer {
  readonly #options: McpServerOptions;

  constructor(options: McpServerOptions) {
    this.#options = options;
  }

  receive(payload: unknown): void {
    const { onProblem, send } = this.#options;
    const { id, method, params = {} } = (payload ?? {}) as Request;
    if (typeof method !== 'string') {
      onProblem('a message of JSON-RPC without a method');
      return;
    }
    if (method.startsWith('notifications')) return;
    if (typeof id !== 'number') {
      onProblem(`an id that is no number: ${JSON.stringify(id)}`);
      return;
    }
    const reply = (result: unknown) => send({ jsonrpc: '2.0', id, result });
    const fail = (message: string) => send({ jsonrpc: '2.0', id, error: { message } });
    switch (method) {
      case 'initialize':
        this.#initialize(params, reply);
        return;
      case 'tools/list':
        this.#list(params, reply);
        return;
      case 'tools/call':
        this.#call(params, reply, fail);
        return;
      default:
        fail(`Method not implemented: ${method}`);
    }
  }

  #initialize(params: Readonly<Record<string, unknown>>, reply: (result: unknown) => void): void {
    const { capabilities } = params as { capabilities?: { vision?: { url?: unknown; token?: unknown } } };
    const vision = capabilities?.vision;
    if (typeof vision?.url === 'string') {
      this.#options.onVision({
        url: vision.url,
        token: typeof vision.token === 'string' ? vision.token : undefined,
      });
    }
    reply({
      protocolVersion: '2024-11-05',
      capabilities: { tools: {} },
      serverInfo: { name: this.#options.name, version: '2.4.2' },
    });
  }

  #list(params: Readonly<Record<string, unknown>>, reply: (result: unknown) => void): void {
    const { tools: all, pageBytes = PAGE_BYTES } = this.#options;
    const shown = all.filter(({ isUserOnly }) => params.withUserTools === true || !isUserOnly);
    const from = params.cursor ? shown.findIndex(({ name }) => name === params.cursor) : 0;
    const page: unknown[] = [];
    let bytes = 0;
    for (const { name, description, properties, isUserOnly } of shown.slice(Math.max(0, from))) {
      const tool = {
        name,
        description,
        inputSchema: { type: 'object', properties },
        ...(isUserOnly ? { annotations: { audience: ['user'] } } : {}),
      };
      bytes += JSON.stringify(tool).length;
      if (bytes > pageBytes && page.length > 0) {
        reply({ tools: page, nextCursor: name });
        return;
      }
      page.push(tool);
    }
    reply({ tools: page });
  }

  #call(
    params: Readonly<Record<string, unknown>>,
    reply: (result: unknown) => void,
    fail: (why: string) => void,
  ): void {
    const tool = this.#options.tools.find(({ name }) => name === params.name);
    if (!tool) {
      fail(`Unknown tool: ${String(params.name)}`);
      return;
    }
    if (tool.name === this.#options.mute) return;
    const args = (params.arguments ?? {}) as Readonly<Record<string, unknown>>;
    Promise.resolve()
      .then(() => tool.run(args))
      .then(
        (text) => reply({ content: [{ type: 'text', text }], isError: false }),
        (error: unknown) => fail(error instanceof Error ? error.message : String(error)),
      );
  }
}
