import { ADDRCONFIG, type LookupAddress, type LookupOptions, promises } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { DialtoneError } from '../core/errors.ts';
import { checkAddress, cidrList } from '../transport/dial/address-guard.ts';

/** Networks at home, and this machine: where a redirect from outside has no business. */
const LOCAL = cidrList([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
]);

/** Whether an address belongs to this machine or to a network that is not the internet. */
export function isLocalAddress(address: string): boolean {
  return checkAddress(address, { allowLoopback: true, cidrs: LOCAL }).ok;
}

/**
 * Why nothing is fetched from an address; undefined when it may be. Cloud metadata, link-local and the like never are.
 * @param mayBeLocal false behind a redirect of somebody on the internet
 */
export function refusalOf(address: string, mayBeLocal: boolean): string | undefined {
  const verdict = checkAddress(address, { allowLoopback: true, cidrs: undefined });
  if (!verdict.ok) return verdict.reason;
  return mayBeLocal || !isLocalAddress(address)
    ? undefined
    : `${address} is in a local network, and the redirect comes from outside`;
}

/**
 * A `lookup` for sockets that hands out only addresses from which may be fetched: the one that was checked is the one
 * that is connected to. Fails with DialtoneError `address_refused`, or with what the resolver said.
 */
export function feedLookup(mayBeLocal: boolean): LookupFunction {
  return (name, options, callback) => {
    resolve(name, options, mayBeLocal).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all || !first) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, []),
    );
  };
}

/** @throws DialtoneError `address_refused` for an IP address in a URL, which no look-up ever sees */
export function checkHost(hostname: string, mayBeLocal: boolean): void {
  const bare = hostname.replace(/^\[|\]$/g, '');
  const refusal = isIP(bare) === 0 ? undefined : refusalOf(bare, mayBeLocal);
  if (refusal !== undefined) throw refused(refusal);
}

async function resolve(name: string, { family }: LookupOptions, mayBeLocal: boolean): Promise<LookupAddress[]> {
  const wanted = family === 4 || family === 'IPv4' ? 4 : family === 6 || family === 'IPv6' ? 6 : 0;
  const found = await promises.lookup(name, { all: true, hints: ADDRCONFIG, family: wanted });
  const refusals = found.map(({ address }) => refusalOf(address, mayBeLocal));
  const allowed = found.filter((_, index) => refusals[index] === undefined);
  if (allowed.length === 0) throw refused(refusals.find((refusal) => refusal !== undefined) ?? `${name} has none`);
  return allowed;
}

function refused(reason: string): DialtoneError {
  return new DialtoneError('address_refused', `No news is fetched from there: ${reason}. Check NEWS_FEED_URL.`);
}
