import { isIPv4, isIPv6 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';

/** An address at which this machine is reached. */
export interface OwnAddress {
  /** As the system calls it: `eth0`. */
  readonly interfaceName: string;
  readonly address: string;
  /** To which all machines of its network listen; undefined for IPv6, which has none. */
  readonly broadcast: string | undefined;
}

/** Interfaces of containers and tunnels, by their usual names: devices are rarely there. */
const VIRTUAL = /^(docker|br-|veth|virbr|cni|flannel|cali|tun|tap|tailscale|utun|zt|wg|vmnet|vEthernet)/i;

/**
 * The addresses of this machine at which devices reach it: those of cables and radios first, IPv4 first. Those of the machine alone (127.0.0.1) only
 * when there is no other; never link-local IPv6 ones, which mean nothing without their interface.
 * @param host the address that is listened at: `0.0.0.0` and `::` are all of them
 * @param interfaces as `os.networkInterfaces()` gives them
 */
export function ownAddresses(
  host: string,
  interfaces: NodeJS.Dict<readonly NetworkInterfaceInfo[]>,
): readonly OwnAddress[] {
  const all = Object.entries(interfaces).flatMap(([interfaceName, infos]) =>
    (infos ?? []).map((info) => ({ interfaceName, info })),
  );
  const isAny = host === '0.0.0.0' || host === '::';
  const listened = all.filter(({ info }) => {
    if (!isAny) return info.address === host;
    return info.family === 'IPv4' || (host === '::' && !/^fe[89ab]/i.test(info.address));
  });
  const outside = listened.filter(({ info }) => !info.internal);
  const rank = ({ interfaceName, info }: (typeof all)[number]) =>
    (VIRTUAL.test(interfaceName) ? 2 : 0) + (info.family === 'IPv4' ? 0 : 1);
  return (outside.length > 0 ? outside : listened)
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ interfaceName, info }) => ({
      interfaceName,
      address: info.address,
      broadcast: info.family === 'IPv4' ? broadcastOf(info.address, info.netmask) : undefined,
    }));
}

/** The last address of a network: every bit that the mask leaves free is set. */
function broadcastOf(address: string, netmask: string): string | undefined {
  if (!isIPv4(address) || !isIPv4(netmask)) return undefined;
  const mask = netmask.split('.').map(Number);
  return address
    .split('.')
    .map((byte, index) => Number(byte) | (~(mask[index] ?? 255) & 255))
    .join('.');
}

/** `ws://192.168.1.5:8765/ws`, an IPv6 address in brackets. */
export function urlAt(scheme: string, address: string, port: number, path: string): string {
  return `${scheme}://${isIPv6(address) ? `[${address}]` : address}:${port}${path}`;
}
