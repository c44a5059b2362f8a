import type { Arrival } from './transport/arrival.ts';

/** A host, with a port or without: a name, an IPv4 address, or an IPv6 address in brackets. */
const HOST = /^(?<host>[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?<port>:\d{1,5})?$/;

/**
 * The address of the listener as a device is to use it, without a path: `http://192.168.1.5:8765`.
 * @param wanted LISTEN_URL
 * @param port at which devices dial in: firmware leaves it out of the header `Host`
 * @returns undefined when neither a setting nor the device tells it
 */
export function listenUrl(
  wanted: string | undefined,
  { headers, isSecure }: Pick<Arrival, 'headers' | 'isSecure'>,
  port: number | undefined,
): string | undefined {
  if (wanted !== undefined) return wanted.replace(/\/+$/, '');
  const { host, port: saidPort } = HOST.exec(headers.host ?? '')?.groups ?? {};
  if (host === undefined || port === undefined) return undefined;
  return `${isSecure ? 'https' : 'http'}://${host}${saidPort ?? `:${port}`}`;
}
