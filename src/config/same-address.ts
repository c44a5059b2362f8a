import { isIPv6 } from 'node:net';
import type { DeviceConfig } from './devices-schema.ts';

type Addressed = Pick<DeviceConfig, 'name' | 'direction' | 'host' | 'port' | 'path' | 'enabled'>;

/** The devices of one address so far: the first of all, and the first of each path. */
interface Place {
  readonly first: Addressed;
  readonly byPath: Map<string | undefined, Addressed>;
}

/** Names that every machine has for itself, besides `localhost` and what ends with `.localhost` (RFC 6761). */
const OWN_NAMES = ['localhost', 'localhost.localdomain', 'ip6-localhost', 'ip6-loopback'];

/**
 * Warnings of devices that are one and the same: enabled, at the same host and port, however the host is written. Two that
 * name different paths are different devices.
 */
export function sameAddressWarnings(devices: readonly Addressed[]): string[] {
  const places = new Map<string, Place>();
  const warnings: string[] = [];
  for (const device of devices) {
    if (!device.enabled || device.direction === 'accept') continue;
    const key = `${hostKey(device.host)} ${device.port}`;
    const place = places.get(key) ?? { first: device, byPath: new Map() };
    places.set(key, place);
    const other = otherAt(place, device);
    if (other) warnings.push(warningOf(other, device));
    if (!place.byPath.has(device.path)) place.byPath.set(device.path, device);
  }
  return warnings;
}

/** A path that is not named may be any. */
function otherAt({ first, byPath }: Place, device: Addressed): Addressed | undefined {
  if (first === device) return undefined;
  return device.path === undefined ? first : (byPath.get(device.path) ?? byPath.get(undefined));
}

function warningOf(other: Addressed, device: Addressed): string {
  const [its, same] = [addressOf(other), addressOf(device)];
  const written = its === same ? '' : ` (also written ${same})`;
  return `"${other.name}" and "${device.name}" have the same address ${its}${written}: each would get half of the audio`;
}

function addressOf({ host, port }: Addressed): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/**
 * The same text for hosts that are surely the same. Upper case, a trailing dot and the two spellings of an international
 * name make no difference; every name and address of this machine itself is one: 127.0.0.0/8, ::1, and what is dialled there
 * for 0.0.0.0 and ::.
 * @param host as `normaliseHost` returns it
 */
function hostKey(host: string): string {
  const dialled = new URL(`ws://${isIPv6(host) ? `[${host}]` : host}/`).hostname.replace(/^\[|\]$/g, '');
  const name = mappedIPv4(dialled) ?? dialled.replace(/\.$/, '');
  const isOwn = OWN_NAMES.includes(name) || name.endsWith('.localhost') || /^(127\.[\d.]+|0\.0\.0\.0|::1?)$/.test(name);
  return isOwn ? 'localhost' : name;
}

/** The IPv4 address that an IPv6 address is (RFC 4291 §2.5.5.2); undefined when it is none. */
function mappedIPv4(address: string): string | undefined {
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(address) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const bytes = [high, low].flatMap((part) => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 0xff]);
  return bytes.join('.');
}
