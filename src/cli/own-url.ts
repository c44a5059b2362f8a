import type { Settings } from '../settings.ts';

/** Where the backend of these settings answers on this machine, without a slash at the end. */
export function ownUrl({ HOST, PORT }: Pick<Settings, 'HOST' | 'PORT'>): string {
  return `http://${reachable(HOST)}:${PORT}`;
}

/** A wildcard is an address to listen on, not to go to. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
