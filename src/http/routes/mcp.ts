import { createHash } from 'node:crypto';
import { type RouteConfig, z } from '@hono/zod-openapi';
import { loadOnce } from '../../core/load-once.ts';
import type { Api } from '../api-type.ts';
import type { ApiDeps, McpCaller } from '../deps.ts';
import { toEventData } from '../events/event-dto.ts';
import { accessBy } from '../guard.ts';

/** Path of the MCP server. */
const MCP_PATH = '/mcp';

/** Errors of the protocol are messages of JSON-RPC, not problem documents. */
const rpcError = (description: string) => ({
  description,
  content: { 'application/json': { schema: z.object({ jsonrpc: z.literal('2.0'), error: z.unknown() }).loose() } },
});

const noSession = {
  400: rpcError('No session is named.'),
  404: rpcError('There is no such session: initialize again.'),
};

/** The route in the OpenAPI document; what is said over it is in the specification of the protocol. */
const DESCRIBED = [
  {
    method: 'post',
    path: MCP_PATH,
    summary: 'Model Context Protocol (Streamable HTTP): a message of a client',
    request: {
      query: z.object({
        device: z.string().optional().openapi({ description: 'The device that is meant when a call names none.' }),
      }),
      body: {
        required: true,
        content: { 'application/json': { schema: z.object({ jsonrpc: z.literal('2.0') }).loose() } },
      },
    },
    responses: {
      200: {
        description: 'A stream of messages, the answer among them.',
        content: { 'text/event-stream': { schema: z.string() } },
      },
      202: { description: 'A message that is not answered was taken.' },
      ...noSession,
      406: rpcError('The client does not accept both JSON and event streams.'),
      415: rpcError('The body is no JSON.'),
      503: rpcError('There are too many clients.'),
    },
  },
  {
    method: 'get',
    path: MCP_PATH,
    summary: 'Model Context Protocol: the stream of notifications',
    responses: {
      200: {
        description: 'Messages, until the session ends.',
        content: { 'text/event-stream': { schema: z.string() } },
      },
      ...noSession,
    },
  },
  {
    method: 'delete',
    path: MCP_PATH,
    summary: 'Model Context Protocol: the end of a session',
    responses: { 200: { description: 'It has ended.' }, ...noSession },
  },
] as const satisfies readonly RouteConfig[];

/**
 * /mcp: the Model Context Protocol over Streamable HTTP (POST for messages, GET for the stream of notifications, DELETE for the end
 * of a session). What its tools do goes through the routes of this API, with the token of the caller.
 * @returns what ends the sessions
 */
export function addMcpRoute(api: Api, { mcp, bus, settings, onError }: ApiDeps): () => void {
  if (!mcp) return () => undefined;
  for (const route of DESCRIBED) api.openAPIRegistry.registerPath(route);
  const accessOf = accessBy(settings);
  let end = () => {};
  const load = loadOnce(async () => {
    const endpoint = await mcp();
    const unsubscribe = bus.subscribe((event) => endpoint.heard(toEventData(event, 'plain')));
    end = () => {
      unsubscribe();
      endpoint.close().catch(onError);
    };
    return endpoint;
  });
  api.on(['GET', 'POST', 'DELETE'], MCP_PATH, async (c) => {
    const endpoint = await load();
    const authorization = c.req.header('authorization');
    const { mayWrite, given } = accessOf(authorization);
    return endpoint.handle(c.req.raw, {
      owner: createHash('sha256')
        .update(given ?? '')
        .digest('hex'),
      mayWrite,
      backend: backendOf(api, { authorization, host: c.req.header('host') }),
      device: c.req.query('device')?.normalize('NFC'),
    });
  });
  return () => end();
}

/** This API as one of its callers. @param headers by which the guard knows the caller */
function backendOf(api: Api, headers: Readonly<Record<string, string | undefined>>): McpCaller['backend'] {
  const sent = new Headers();
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) sent.set(name, value);
  const ask = async (path: string, init: RequestInit): Promise<unknown> => {
    const response = await api.request(path, init);
    const body: unknown = await response.json();
    if (response.ok) return body;
    throw new Error((body as { detail?: string }).detail ?? `the backend answers ${response.status}`);
  };
  const send = (path: string, type: string, body: NonNullable<RequestInit['body']>, signal?: AbortSignal) => {
    const headers = new Headers(sent);
    headers.set('content-type', type);
    return ask(path, { method: 'POST', headers, body, signal: signal ?? null });
  };
  return {
    get: (path) => ask(path, { headers: sent }),
    post: (path, body, signal) => send(path, 'application/json', JSON.stringify(body), signal),
    upload: (path, bytes) => send(path, 'application/octet-stream', bytes),
  };
}
