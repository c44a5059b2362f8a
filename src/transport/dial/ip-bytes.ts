import { isIPv4, isIPv6 } from 'node:net';

/** The eight 16-bit groups of an IPv6 address without a zone. @throws TypeError for anything else */
function groupsOf(address: string): number[] {
  // A URL writes every spelling in one way: hex groups, at most one "::", no dotted tail.
  const [head = '', tail] = new URL(`ws://[${address}]/`).hostname.slice(1, -1).split('::');
  const parse = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const front = parse(head);
  if (tail === undefined) return front;
  const back = parse(tail);
  return [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
}

/** An address without its zone (`fe80::1%eth0`), or undefined when it is no IP address. */
export function withoutZone(address: string): string | undefined {
  const [bare = ''] = address.split('%');
  return isIPv4(bare) || isIPv6(bare) ? bare : undefined;
}

/**
 * The IPv4 address that an IPv6 address leads to, if any: mapped (`::ffff:a.b.c.d`, RFC 4291), translated
 * (`::ffff:0:a.b.c.d`, RFC 2765), compatible (`::a.b.c.d`, RFC 4291), NAT64 (`64:ff9b::a.b.c.d`, RFC 6052) and 6to4
 * (`2002:aabb:ccdd::`, RFC 3056).
 */
export function embeddedIPv4(address: string): string | undefined {
  if (!isIPv6(address)) return undefined;
  const groups = groupsOf(address);
  const [g0 = 0, g1 = 0, g2 = 0, , , , g6 = 0, g7 = 0] = groups;
  const front = groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(':');
  switch (front) {
    case '0:0:0:0:0:ffff':
    case '0:0:0:0:ffff:0':
    case '64:ff9b:0:0:0:0':
      return dotted(g6, g7);
    case '0:0:0:0:0:0':
      // `::` and `::1` are addresses of their own.
      return g6 === 0 && g7 <= 1 ? undefined : dotted(g6, g7);
    default:
      return g0 === 0x2002 ? dotted(g1, g2) : undefined;
  }
}

function dotted(high: number, low: number): string {
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
