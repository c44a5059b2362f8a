import { describe, expect, it } from 'vitest';
import { normaliseHost } from './host.ts';
import { sameAddressWarnings } from './same-address.ts';

type Written = { host: string; port?: number; path?: string; enabled?: boolean };

/** Warnings of devices called a, b, c, with these addresses. */
function warnings(...written: readonly Written[]): string[] {
  return sameAddressWarnings(
    written.map(({ host, port = 80, path, enabled = true }, index) => {
      const dialled = normaliseHost(host);
      if (dialled === undefined) throw new Error(`no host: ${host}`);
      return { name: 'abc'[index] ?? '', direction: 'dial', host: dialled, port, path, enabled };
    }),
  );
}

describe('one address', () => {
  it.each([
    ['localhost', '127.0.0.1'],
    ['localhost', 'LOCALHOST.'],
    ['localhost', '::1'],
    ['127.0.0.1', '127.0.0.2'],
    ['127.0.0.1', '127.1'],
    ['localhost', '0.0.0.0'],
    ['localhost', '::'],
    ['::1', '::ffff:127.0.0.1'],
    ['localhost', 'kitchen.localhost'],
    ['localhost', 'localhost.localdomain'],
    ['localhost', 'ip6-localhost'],
    ['10.0.0.5', '::ffff:10.0.0.5'],
    ['10.0.0.5', '10.0.0.5.'],
    ['fe80::1', 'FE80:0::1'],
    ['esp32.local', 'ESP32.local'],
    ['esp32.local', 'esp32.local.'],
    ['Küche.local', 'xn--kche-0ra.local'],
  ])('%s and %s', (host, other) => {
    expect(warnings({ host }, { host: other })).toEqual([expect.stringMatching(/^"a" and "b" have the same address /)]);
  });

  it.each([
    ['localhost', '10.0.0.5'],
    ['localhost', 'notlocalhost'],
    ['localhost', 'localhost.example.org'],
    ['0.0.0.0', '10.0.0.0'],
    ['127.0.0.1', '128.0.0.1'],
    ['127.0.0.1', '127.0.0.1.nip.io'],
    ['::1', '::2'],
    ['10.0.0.5', '10.0.0.50'],
    ['10.0.0.5', '::ffff:10.0.0.6'],
    ['esp32', 'esp32.local'],
    ['esp32.local', 'esp33.local'],
  ])('not %s and %s', (host, other) => expect(warnings({ host }, { host: other })).toEqual([]));

  it('is not that of another port, nor of a device that is not enabled', () => {
    expect(warnings({ host: 'localhost' }, { host: '127.0.0.1', port: 81 })).toEqual([]);
    expect(warnings({ host: 'localhost' }, { host: '127.0.0.1', enabled: false })).toEqual([]);
  });

  it('may have several devices, each at a path of its own', () => {
    const [host, local] = ['127.0.0.1', 'localhost'];
    expect(warnings({ host, path: '/a' }, { host: local, path: '/b' })).toEqual([]);
    expect(warnings({ host, path: '/a' }, { host: local, path: '/a' })).toHaveLength(1);
    expect(warnings({ host, path: '/a' }, { host: local })).toHaveLength(1);
    expect(warnings({ host }, { host: local, path: '/b' })).toHaveLength(1);
    expect(warnings({ host, path: '/a' }, { host, path: '/b' }, { host: local, path: '/b' })).toEqual([
      expect.stringMatching(/^"b" and "c"/),
    ]);
  });
});

it('says how both are written', () => {
  expect(warnings({ host: 'localhost' }, { host: '::1' })).toEqual([
    '"a" and "b" have the same address localhost:80 (also written [::1]:80): each would get half of the audio',
  ]);
  expect(warnings({ host: 'esp32' }, { host: 'esp32' })).toEqual([
    '"a" and "b" have the same address esp32:80: each would get half of the audio',
  ]);
});
