import { isIP } from 'node:net';

/** Whether only this machine can reach what listens on `host`. */
export function isLoopback(host: string): boolean {
  const name = bareHost(host);
  return isLocalhost(name) || name === '::1' || (isIP(name) !== 0 && /^(::ffff:)?127\./.test(name));
}

/**
 * Whether a web page's name may stand in the `Host` header of a request to a loopback address. A page of elsewhere whose
 * name was made to resolve to 127.0.0.1 (DNS rebinding) still sends its own name there; an address or `localhost`
 * belongs to nobody else.
 * @param host the header: a name or address, perhaps with a port
 * @param ownName what HOST is set to
 */
export function isOwnName(host: string, ownName: string): boolean {
  let name: string;
  try {
    name = bareHost(new URL(`http://${host}`).hostname);
  } catch {
    return false;
  }
  return isLocalhost(name) || isIP(name) !== 0 || name === bareHost(ownName);
}

function bareHost(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$|\.$/g, '');
}

/** RFC 6761: browsers send these names nowhere else. */
function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}
