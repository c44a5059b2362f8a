import type { LookupFunction } from 'node:net';
import type { Clock } from '../core/clock.ts';
import { DialtoneError } from '../core/errors.ts';
import { type AddressPolicy, checkAddress, checkHost, cidrList } from '../transport/dial/address-guard.ts';
import { createGuardedLookup } from '../transport/dial/guarded-lookup.ts';
import { LookupSlots } from '../transport/dial/lookup-slots.ts';

/** Networks at home, and this machine: a redirect from the internet must not lead there. */
const LOCAL = cidrList([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
]);

const ANYWHERE: AddressPolicy = { allowLoopback: true, cidrs: undefined };

const FROM_OUTSIDE: AddressPolicy = {
  ...ANYWHERE,
  denied: { list: LOCAL, reason: 'is in a local network, and the redirect comes from outside' },
};

/** Whether an address belongs to this machine or to a network that is not the internet. */
export function isLocalAddress(address: string): boolean {
  return checkAddress(address, { allowLoopback: true, cidrs: LOCAL }).ok;
}

/**
 * The addresses from which news may be fetched: never cloud metadata, link-local and the like.
 * @param mayBeLocal false behind a redirect that came from the internet
 */
export function feedPolicy(mayBeLocal: boolean): AddressPolicy {
  return mayBeLocal ? ANYWHERE : FROM_OUTSIDE;
}

/**
 * A `lookup` for the socket of one request: it hands out only addresses that {@link feedPolicy} allows. Fails with
 * DialtoneError `address_refused` or `dns_failed`, or with what the resolver said.
 */
export function feedLookup(mayBeLocal: boolean, clock: Clock): LookupFunction {
  return createGuardedLookup({
    policy: feedPolicy(mayBeLocal),
    clock,
    // One request looks one name up; hours lie between two requests.
    slots: new LookupSlots(1, 1),
    refusalText: (_, reason) => refusalText(reason),
  });
}

/**
 * @param hostname of a URL, an IPv6 address in brackets
 * @throws DialtoneError `address_refused` for an IP address that {@link feedPolicy} refuses
 */
export function checkFeedHost(hostname: string, mayBeLocal: boolean): void {
  const verdict = checkHost(hostname.replace(/^\[|\]$/g, ''), feedPolicy(mayBeLocal));
  if (!verdict.ok) throw new DialtoneError('address_refused', refusalText(verdict.reason));
}

function refusalText(reason: string): string {
  return `No news is fetched from there: ${reason}. Check NEWS_FEED_URL.`;
}
