import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** Whether only this machine can reach what listens on `host`. */
export function isLoopback(host: string): boolean {
  const name = bareHost(host);
  return isLocalhost(name) || name === '::1' || (isIP(name) !== 0 && /^(::ffff:)?127\./.test(name));
}

/**
 * Ends of names that no page on the internet can have: kept for networks at home by RFC 6762 (`local`), RFC 8375
 * (`home.arpa`) and ICANN (`internal`), or not delegated at all.
 */
const PRIVATE_NAME = /\.(?:local|lan|home|home\.arpa|internal|localdomain)$/;

/**
 * Whether a name in the `Host` header of a request is surely none of a web page of elsewhere. Such a page, whose name
 * was made to resolve to where we listen (DNS rebinding), still sends its own name there. An address, `localhost` and HOST
 * belong to this machine only. Where we listen not only on loopback so do names without a dot (services of compose, machines),
 * those of networks at home, and the machine's own.
 * @param host the header: a name or address, perhaps with a port
 * @param ownName what HOST is set to
 * @param machineName what the machine calls itself
 */
export function isOwnName(host: string, ownName: string, machineName = hostname()): boolean {
  let name: string;
  try {
    name = bareHost(new URL(`http://${host}`).hostname);
  } catch {
    return false;
  }
  if (isLocalhost(name) || isIP(name) !== 0 || name === bareHost(ownName)) return true;
  if (isLoopback(ownName) || name === '') return false;
  return !name.includes('.') || PRIVATE_NAME.test(name) || name === bareHost(machineName);
}

function bareHost(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$|\.$/g, '');
}

/** RFC 6761: browsers send these names nowhere else. */
function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}
