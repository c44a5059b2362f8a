import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { DialtoneError, toDialtoneError } from '../core/errors.ts';
import { allowLongRequests } from './long-requests.ts';

/** How long requests that are being answered may take after `close`, milliseconds. */
const DRAIN_MS = 2_000;

/** What the server is started with. */
export interface HttpServerOptions {
  readonly api: {
    readonly fetch: (request: Request, env: HttpBindings) => Response | Promise<Response>;
    /** Ends what would go on for ever. */
    readonly close?: () => void;
  };
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** A listening server. */
export interface HttpServer {
  /** Where to reach it from this machine, without a slash at the end. */
  readonly url: string;
  /** Stops listening; streams end at once, requests under way get 2 s. Resolves when every connection is gone. May be called again. */
  close(): Promise<void>;
}

/**
 * Listens.
 * @throws DialtoneError `port_in_use`, or `settings_invalid` when HOST and PORT cannot be listened on for another reason
 */
export async function startHttpServer({ api, host, port }: HttpServerOptions): Promise<HttpServer> {
  const server = createAdaptorServer({
    fetch: (request, env) => api.fetch(request, env as HttpBindings),
    // Otherwise it would replace the global Request and Response for the whole process, engines included.
    overrideGlobalObjects: false,
    // These are about a request that comes in; its answer may take as long as the device speaks.
    serverOptions: { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5_000 },
  }) as Server;
  allowLongRequests(server);
  server.maxConnections = 1000;
  await listen(server, host, port);
  // After this an error (of accept, say) concerns one connection that never came to be: nothing to do, nothing to end.
  server.on('error', () => {});

  const address = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return { url: urlOf(address), close: () => (closing ??= close(server, api.close)) };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => reject(listenError(error, host, port));
    server.once('error', failed);
    server.listen({ port, host }, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): DialtoneError {
  const cause = { cause: error };
  switch (error.code) {
    case 'EADDRINUSE':
      return new DialtoneError(
        'port_in_use',
        `port ${port} on ${host} is in use: stop what listens there, or set PORT to another one (0: any free one)`,
        cause,
      );
    case 'EACCES':
      return new DialtoneError('settings_invalid', `port ${port} needs privileges: set PORT to 1024 or more`, cause);
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new DialtoneError(
        'settings_invalid',
        `HOST is ${host}, which is no address of this machine: use 127.0.0.1 or ::1, or 0.0.0.0 or :: for all of them`,
        cause,
      );
    default:
      return toDialtoneError(error);
  }
}

function urlOf({ address, family, port }: AddressInfo): string {
  // A wildcard is an address to listen on, not to go to.
  if (address === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (address === '::') return `http://[::1]:${port}`;
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}

function close(server: Server, endStreams?: () => void): Promise<void> {
  return new Promise((resolve) => {
    endStreams?.();
    // A line whose request is answered from now on is not kept for another one.
    server.keepAliveTimeout = 1;
    const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
