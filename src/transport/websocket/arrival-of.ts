import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Arrival } from '../arrival.ts';

/** What a request says; undefined when its target is none. */
export function arrivalOf({ url, headers, socket }: IncomingMessage): Arrival | undefined {
  if (!url?.startsWith('/')) return undefined;
  // Without `new URL`, which takes "//host" for another host and throws at some targets.
  const at = url.indexOf('?');
  return {
    path: at === -1 ? url : url.slice(0, at),
    query: new URLSearchParams(at === -1 ? '' : url.slice(at + 1)),
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
      ),
    ),
    address: (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, ''),
    isSecure: 'encrypted' in socket && (socket as TLSSocket).encrypted,
  };
}
