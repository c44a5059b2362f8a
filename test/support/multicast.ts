import { networkInterfaces } from 'node:os';

/** Whether this machine has an interface on which mDNS can be tried: on Linux the loopback one serves as well. */
export function hasMulticast(): boolean {
  const all = Object.values(networkInterfaces()).flatMap((infos) => infos ?? []);
  return all.some(({ family, internal }) => family === 'IPv4' && (!internal || process.platform === 'linux'));
}
