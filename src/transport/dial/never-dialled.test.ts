import { expect, it } from 'vitest';
import { parseDevices } from '../../../test/support/devices/devices.ts';
import { neverDialledWarnings, withDialWarnings } from './never-dialled.ts';

const open = { ALLOW_LOOPBACK: true };

function warnings(host: string, settings: Parameters<typeof neverDialledWarnings>[1] = open, enabled = true): string[] {
  // As the file is read: every spelling of an address is that address.
  const { devices } = parseDevices(
    JSON.stringify({ devices: [{ name: 'Bob’s room', host, enabled }] }),
    'devices.json',
  );
  return neverDialledWarnings(devices, settings);
}

it.each([
  ['169.254.169.254', /169\.254\.169\.254 belongs to the metadata service/],
  ['0xa9fea9fe', /169\.254\.169\.254 belongs to the metadata service/],
  ['::ffff:169.254.169.254', /::ffff:a9fe:a9fe belongs to the metadata service/],
  ['100.100.100.200', /metadata service/],
  ['[fd00:ec2::254]', /metadata service/],
  ['169.254.7.7', /169\.254\.7\.7 is link-local/],
  ['fe80::1', /is link-local/],
  ['224.0.0.1', /is a multicast address/],
  ['ff02::fb', /is a multicast address/],
  ['255.255.255.255', /is reserved or the broadcast address/],
  ['0.0.0.0', /stands for "this host"/],
  ['::', /stands for "this host"/],
])('%s is never dialled', (host, reason) => {
  expect(warnings(host)).toEqual([expect.stringMatching(reason)]);
  expect(warnings(host)[0]).toMatch(/^"Bob’s room" is never dialled: /);
  expect(warnings(host, open, false)).toEqual([]);
});

it.each(['10.0.0.5', '192.168.1.20', 'fd12::5', '127.0.0.1', '::1', 'kitchen.local', 'metadata.google.internal'])(
  '%s may be',
  (host) => expect(warnings(host)).toEqual([]),
);

it('goes by the settings', () => {
  expect(warnings('127.0.0.1', { ALLOW_LOOPBACK: false })).toEqual([
    expect.stringContaining('ALLOW_LOOPBACK is false'),
  ]);
  const near = { ALLOW_LOOPBACK: true, DEVICE_CIDRS: ['192.168.0.0/16'] };
  expect(warnings('10.0.0.5', near)).toEqual([expect.stringContaining('10.0.0.5 lies outside DEVICE_CIDRS')]);
  expect(warnings('192.168.1.20', near)).toEqual([]);
});

it('adds them to those of the file', () => {
  const text = JSON.stringify({ devices: ['a', 'b'].map((name) => ({ name, host: '169.254.7.7' })) });
  expect(withDialWarnings(parseDevices(text, 'devices.json'), open).warnings).toEqual([
    expect.stringContaining('have the same address'),
    expect.stringContaining('"a" is never dialled'),
    expect.stringContaining('"b" is never dialled'),
  ]);
});
