import { isIP } from 'node:net';

/**
 * The host of a device in the spelling in which it is dialled, or undefined when it is neither a host name nor an
 * address. URLs know many spellings of one address (`2130706433`, `0x7f.1`, `127.1` and `①②⑦.0.0.1` are all
 * 127.0.0.1): here they become the address itself, so that everything later judges, and shows, what is really dialled.
 * A name stays as it was written. An IPv6 address has no brackets.
 */
export function normaliseHost(host: string): string | undefined {
  // A URL drops invisible characters and keeps quotes: neither belongs into a name.
  if (!/^[\p{L}\p{M}\p{N}._:[\]。-]+$/u.test(host)) return undefined;
  const isBareIPv6 = host.includes(':') && !host.startsWith('[');
  let dialled: string;
  try {
    dialled = new URL(`ws://${isBareIPv6 ? `[${host}]` : host}/`).hostname.replace(/^\[|\]$/g, '');
  } catch {
    return undefined;
  }
  return isIP(dialled) === 0 ? host : dialled;
}
