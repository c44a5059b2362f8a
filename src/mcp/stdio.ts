import type { Readable, Writable } from 'node:stream';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { BackendEvent } from './backend.ts';
import { FleetMcpServer, type McpServerOptions } from './mcp-server.ts';

/** What a server on stdio is made with. */
export interface StdioOptions extends McpServerOptions {
  readonly input: Readable;
  readonly output: Writable;
}

/** A server on stdio. */
export interface StdioServer {
  /** Something has happened in the backend. */
  heard(event: BackendEvent): void;
  /** Resolves when the client is gone. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** Serves one client that started this process and speaks with it over its standard input and output, a message a line. */
export async function serveStdio({ input, output, ...options }: StdioOptions): Promise<StdioServer> {
  const server = new FleetMcpServer(options);
  // A line that is no message, or one without end: its client sees nothing of it.
  server.server.onerror = options.onError;
  const ended = new Promise<void>((resolve) => {
    server.server.onclose = resolve;
    // A client that ends closes our input, or no longer reads.
    input.once('end', resolve);
    output.once('error', () => resolve());
  });
  await server.server.connect(new StdioServerTransport(input, output));
  return { heard: (event) => server.heard(event), ended, close: () => server.close() };
}
