import { BlockList, isIP, isIPv6 } from 'node:net';
import { embeddedIPv4, withoutZone } from './ip-bytes.ts';

/** To which addresses a caller may connect: devices and news feeds have a policy each. */
export interface AddressPolicy {
  /** 127.0.0.0/8 and ::1. */
  readonly allowLoopback: boolean;
  /** Only addresses inside are allowed; undefined: no such limit. */
  readonly cidrs: BlockList | undefined;
  /** Addresses inside are refused, too. The reason follows the address: "10.0.0.5 is in …". */
  readonly denied?: { readonly list: BlockList; readonly reason: string };
}

/** Whether a caller may connect to an address, and why not. */
export type AddressVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

type Range = readonly [network: string, prefix: number];

/** Never a device, whatever the settings. Private ranges are not here: that is where devices live. */
const REFUSED: readonly (readonly [reason: string, list: BlockList])[] = [
  [
    'stands for "this host" and belongs to no device',
    blockList([
      ['0.0.0.0', 8],
      ['::', 128],
    ]),
  ],
  [
    'belongs to the metadata service of a cloud, which hands out its keys',
    // AWS, GCP, Azure and most others; AWS and GCP over IPv6; Alibaba; Azure; Oracle.
    blockList([
      ['169.254.169.254', 32],
      ['fd00:ec2::254', 128],
      ['fd20:ce::254', 128],
      ['100.100.100.200', 32],
      ['168.63.129.16', 32],
      ['192.0.0.192', 32],
    ]),
  ],
  [
    'is link-local',
    blockList([
      ['169.254.0.0', 16],
      ['fe80::', 10],
    ]),
  ],
  [
    'is a multicast address',
    blockList([
      ['224.0.0.0', 4],
      ['ff00::', 8],
    ]),
  ],
  ['is reserved or the broadcast address', blockList([['240.0.0.0', 4]])],
  // Where in these an IPv4 address hides depends on the network; devices do not have such addresses.
  [
    'is a tunnel address (Teredo, local NAT64)',
    blockList([
      ['2001::', 32],
      ['64:ff9b:1::', 48],
    ]),
  ],
];

const LOOPBACK = blockList([
  ['127.0.0.0', 8],
  ['::1', 128],
]);

/**
 * Makes a list of address ranges.
 * @param ranges as in `192.168.0.0/16`; a single address counts as its own range
 * @throws when one is not an address range
 */
export function cidrList(ranges: readonly string[]): BlockList {
  return blockList(
    ranges.map((range) => {
      const [network = '', prefix] = range.split('/');
      return [network, prefix === undefined ? (isIPv6(network) ? 128 : 32) : Number(prefix)];
    }),
  );
}

function blockList(ranges: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, familyOf(network));
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

/**
 * Checks the host of a URL or of a device. A socket looks no IP address up, so a guarded look-up never sees one: it is
 * judged here. A name is judged when it is looked up.
 * @param host a name or an IP address, without brackets
 */
export function checkHost(host: string, policy: AddressPolicy): AddressVerdict {
  return isIP(host) === 0 ? { ok: true } : checkAddress(host, policy);
}

/**
 * Whether a caller may connect to an IP address. An IPv6 address that leads to an IPv4 one (mapped, NAT64, 6to4 …) is
 * judged by both.
 */
export function checkAddress(address: string, policy: AddressPolicy): AddressVerdict {
  // A zone would hide the address from a BlockList.
  const bare = withoutZone(address);
  if (bare === undefined) return refuse(address, 'is no IP address');
  const inner = embeddedIPv4(bare);
  for (const one of inner === undefined ? [bare] : [bare, inner]) {
    const reason = refusalOf(one, policy);
    if (reason !== undefined) return refuse(address, one === bare ? reason : `leads to ${one}, which ${reason}`);
  }
  const isInside = (list: BlockList) =>
    list.check(bare, familyOf(bare)) || (inner !== undefined && list.check(inner, 'ipv4'));
  const { cidrs, denied } = policy;
  if (cidrs && !isInside(cidrs)) return refuse(address, 'lies outside DEVICE_CIDRS');
  return denied && isInside(denied.list) ? refuse(address, denied.reason) : { ok: true };
}

function refuse(address: string, reason: string): AddressVerdict {
  return { ok: false, reason: `${address} ${reason}` };
}

function refusalOf(address: string, policy: AddressPolicy): string | undefined {
  const family = familyOf(address);
  const refused = REFUSED.find(([, list]) => list.check(address, family));
  if (refused) return refused[0];
  const isLoopback = LOOPBACK.check(address, family);
  return isLoopback && !policy.allowLoopback ? 'is this machine itself, and ALLOW_LOOPBACK is false' : undefined;
}
