import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ownAddresses, urlAt } from './own-addresses.ts';

const v4 = (address: string, netmask = '255.255.255.0', internal = false): NetworkInterfaceInfo => ({
  address,
  netmask,
  family: 'IPv4',
  mac: '',
  internal,
  cidr: null,
});
const v6 = (address: string): NetworkInterfaceInfo => ({
  address,
  netmask: '',
  family: 'IPv6',
  mac: '',
  internal: false,
  cidr: null,
  scopeid: 0,
});
const lo = [v4('127.0.0.1', '255.0.0.0', true)];
const machine = {
  lo,
  docker0: [v4('172.17.0.1', '255.255.0.0')],
  wlan0: [v4('192.168.1.5', '255.255.255.128'), v6('fe80::5'), v6('fd00::5')],
};

describe('the addresses of this machine', () => {
  it.each([
    ['0.0.0.0', machine, ['wlan0 192.168.1.5 192.168.1.127', 'docker0 172.17.0.1 172.17.255.255']],
    [
      '::',
      machine,
      ['wlan0 192.168.1.5 192.168.1.127', 'wlan0 fd00::5 undefined', 'docker0 172.17.0.1 172.17.255.255'],
    ],
    ['172.17.0.1', machine, ['docker0 172.17.0.1 172.17.255.255']],
    ['127.0.0.1', machine, ['lo 127.0.0.1 127.255.255.255']],
    ['0.0.0.0', { lo }, ['lo 127.0.0.1 127.255.255.255']],
    ['192.0.2.99', machine, []],
    ['0.0.0.0', {}, []],
  ])('%s: %#', (host, interfaces, expected) => {
    const found = ownAddresses(host, interfaces);
    expect(found.map(({ interfaceName, address, broadcast }) => `${interfaceName} ${address} ${broadcast}`)).toEqual(
      expected,
    );
  });

  it('stand in a URL', () => {
    expect(urlAt('ws', '192.168.1.5', 8765, '/ws')).toBe('ws://192.168.1.5:8765/ws');
    expect(urlAt('wss', 'fd00::5', 8765, '/ws')).toBe('wss://[fd00::5]:8765/ws');
  });
});
