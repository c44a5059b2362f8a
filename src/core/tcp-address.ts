/** Where a TCP server is. */
export interface TcpAddress {
  /** As in `tcp://host:10300`. */
  readonly url: string;
  /** A name or an address, an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Reads `tcp://host:port`; undefined for anything else. */
export function parseTcpAddress(given: string): TcpAddress | undefined {
  const match = /^tcp:\/\/(\[[0-9a-f:.%]+\]|[^\s:/?#@[\]]+):(\d{1,5})\/?$/i.exec(given.trim());
  const host = match?.[1]?.replace(/^\[|\]$/g, '');
  const port = Number(match?.[2]);
  if (!host || port < 1 || port > 65_535) return undefined;
  return { url: `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`, host, port };
}
