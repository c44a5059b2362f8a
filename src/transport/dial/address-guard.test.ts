import { describe, expect, it } from 'vitest';
import { checkAddress, cidrList } from './address-guard.ts';

const open = { allowLoopback: true, cidrs: undefined };
const noLoopback = { allowLoopback: false, cidrs: undefined };

describe('which addresses are dialled', () => {
  it.each([
    '10.0.0.5',
    '172.16.9.9',
    '192.168.1.20',
    '100.64.0.1',
    '203.0.113.7',
    'fd12:3456::1',
    '2001:db8::1',
    '127.0.0.1',
    '::1',
  ])('%s is', (address) => expect(checkAddress(address, open)).toEqual({ ok: true }));

  it.each([
    ['0.0.0.0', /this host/],
    ['0.1.2.3', /this host/],
    ['::', /this host/],
    ['169.254.169.254', /metadata/],
    ['169.254.1.1', /link-local/],
    ['fe80::1', /link-local/],
    ['fe80::1%eth0', /link-local/],
    ['febf::1', /link-local/],
    ['224.0.0.251', /multicast/],
    ['239.255.255.250', /multicast/],
    ['ff02::fb', /multicast/],
    ['240.0.0.1', /reserved/],
    ['255.255.255.255', /broadcast/],
    ['fd00:ec2::254', /metadata/],
    ['100.100.100.200', /metadata/],
    ['64:ff9b:1::a9fe:a9fe', /tunnel/],
    ['2001:0:1234::1', /tunnel/],
    ['no address', /no IP address/],
    ['', /no IP address/],
  ])('%s is not', (address, reason) => {
    expect(checkAddress(address, open)).toEqual({ ok: false, reason: expect.stringMatching(reason) });
  });

  it.each([
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '0:0:0:0:0:FFFF:A9FE:A9FE',
    '::ffff:0:169.254.169.254',
    '::169.254.169.254',
    '64:ff9b::169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
  ])('%s is not, because it leads to 169.254.169.254', (address) => {
    const verdict = checkAddress(address, open);
    expect(verdict).toEqual({ ok: false, reason: expect.stringMatching(/metadata/) });
  });

  it.each(['127.0.0.1', '127.255.1.1', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '::127.0.0.1'])(
    '%s is not where loopback is switched off',
    (address) => {
      expect(checkAddress(address, open).ok).toBe(true);
      expect(checkAddress(address, noLoopback)).toEqual({ ok: false, reason: expect.stringMatching(/ALLOW_LOOPBACK/) });
    },
  );

  it('keeps to DEVICE_CIDRS, which allow nothing that is never dialled', () => {
    const policy = {
      allowLoopback: true,
      cidrs: cidrList(['192.168.1.0/24', '10.9.9.9', 'fd12::/16', '169.254.0.0/16']),
    };
    const isOk = (address: string) => checkAddress(address, policy).ok;
    expect(['192.168.1.7', '10.9.9.9', 'fd12::5', '::ffff:192.168.1.7', '64:ff9b::c0a8:107'].map(isOk)).toEqual(
      new Array(5).fill(true),
    );
    expect(['192.168.2.7', '10.9.9.8', 'fd13::5', '127.0.0.1', '169.254.1.1'].map(isOk)).toEqual(
      new Array(5).fill(false),
    );
  });

  it('refuses what a policy denies, and says why', () => {
    const denied = { list: cidrList(['192.168.1.0/24', 'fd12::/16']), reason: 'is at home' };
    const policy = { allowLoopback: true, cidrs: undefined, denied };
    for (const address of ['192.168.1.7', 'fd12::5', '::ffff:192.168.1.7']) {
      expect(checkAddress(address, policy)).toEqual({ ok: false, reason: `${address} is at home` });
    }
    expect(checkAddress('192.168.2.7', policy)).toEqual({ ok: true });
    expect(checkAddress('169.254.1.1', policy)).toMatchObject({ reason: expect.stringMatching(/link-local/) });
  });
});
