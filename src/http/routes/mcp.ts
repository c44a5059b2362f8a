import { createHash } from 'node:crypto';
import { loadOnce } from '../../core/load-once.ts';
import type { Api } from '../api-type.ts';
import type { ApiDeps, McpCaller } from '../deps.ts';
import { toEventData } from '../events/event-dto.ts';
import { accessBy } from '../guard.ts';

/** Path of the MCP server. */
const MCP_PATH = '/mcp';

/**
 * /mcp: the Model Context Protocol over Streamable HTTP (POST for messages, GET for the stream of notifications, DELETE for the end
 * of a session). What its tools do goes through the routes of this API, with the token of the caller.
 * @returns what ends the sessions
 */
export function addMcpRoute(api: Api, { mcp, bus, settings, onError }: ApiDeps): () => void {
  if (!mcp) return () => undefined;
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
