import { describe, expect, it } from 'vitest';
import { ManualClock } from '#src/core/manual-clock';
import type { DnsRecord } from './dns-records.ts';
import { MAX_SERVICES, ServiceRecords } from './service-records.ts';

const TYPE = '_dialtone-device._tcp';
const ptr = (instance: string, ttl = 4_500, type = TYPE): DnsRecord => ({
  type: 'PTR',
  name: `${type}.local`,
  ttl,
  data: `${instance}.${type}.local`,
});
const srv = (instance: string, port = 8765, target = 'esp32.local', ttl = 120): DnsRecord => ({
  type: 'SRV',
  name: `${instance}.${TYPE}.local`,
  ttl,
  data: { port, target, priority: 0, weight: 0 },
});
const txt = (instance: string, ...pairs: string[]): DnsRecord => ({
  type: 'TXT',
  name: `${instance}.${TYPE}.local`,
  ttl: 4_500,
  data: pairs.map((pair) => Buffer.from(pair)),
});
const a = (address: string, host = 'esp32.local', ttl = 120): DnsRecord => ({
  type: 'A',
  name: host,
  ttl,
  data: address,
});

function setUp() {
  const clock = new ManualClock();
  return { clock, records: new ServiceRecords([TYPE, '_wyoming._tcp'], clock) };
}

describe('what mDNS announces', () => {
  it('is a service once its port and host are known, whatever the order of the records', () => {
    const { records } = setUp();
    const all = [
      a('192.168.1.7'),
      txt('Kitchen 2.0', 'Protocol=pcm', 'path=/a=b', 'protocol=x', '=y', 'flag'),
      srv('Kitchen 2.0'),
      ptr('Kitchen 2.0'),
    ];
    expect(records.take(all)).toEqual([
      expect.objectContaining({
        type: TYPE,
        instance: 'Kitchen 2.0',
        host: 'esp32.local',
        port: 8765,
        addresses: ['192.168.1.7'],
        txt: new Map([
          ['protocol', 'pcm'],
          ['path', '/a=b'],
          ['flag', ''],
        ]),
      }),
    ]);
    expect(records.list).toHaveLength(1);
    expect(records.missing).toEqual([]);
  });

  it('is asked for what is missing', () => {
    const { records } = setUp();
    expect(records.take([ptr('a')])).toEqual([]);
    expect(records.missing).toEqual([
      { name: `a.${TYPE}.local`, type: 'SRV' },
      { name: `a.${TYPE}.local`, type: 'TXT' },
    ]);
    expect(records.take([srv('a')])).toHaveLength(1);
    expect(records.missing).toEqual([{ name: 'esp32.local', type: 'A' }]);
    expect(records.take([a('10.0.0.1')])).toHaveLength(1);
    expect(records.missing).toEqual([]);
  });

  it('is told once, and again when it moves', () => {
    const { records } = setUp();
    const all = [ptr('a'), srv('a'), a('10.0.0.1')];
    expect(records.take(all)).toHaveLength(1);
    expect(records.take(all)).toEqual([]);
    expect(records.take([ptr('A'), a('10.0.0.1', 'ESP32.local')])).toEqual([]);
    expect(records.take([srv('a', 81)])).toMatchObject([{ port: 81, addresses: ['10.0.0.1'] }]);
    expect(records.take([a('10.0.0.2')])).toMatchObject([{ addresses: ['10.0.0.1', '10.0.0.2'] }]);
    expect(records.take([srv('a', 81, 'other.local')])).toMatchObject([{ host: 'other.local', addresses: [] }]);
  });

  it('goes when its time is over, or a second after its goodbye, and comes anew', () => {
    const { clock, records } = setUp();
    records.take([ptr('a'), srv('a'), a('10.0.0.1')]);
    clock.advance(119_999);
    expect(records.list).toMatchObject([{ addresses: ['10.0.0.1'] }]);
    clock.advance(1);
    expect(records.list).toEqual([]);
    expect(records.missing).toHaveLength(2);
    records.take([srv('a')]);
    records.take([ptr('a', 0)]);
    expect(records.list).toHaveLength(1);
    clock.advance(1_000);
    expect([records.list, records.missing]).toEqual([[], []]);
    expect(records.take([ptr('a'), srv('a')])).toHaveLength(1);
  });

  it('comes anew when nothing was heard of it for as long as its port counts', () => {
    const { clock, records } = setUp();
    const all = [ptr('a'), srv('a'), a('10.0.0.1')];
    records.take(all);
    clock.advance(120_000);
    expect(records.take([])).toEqual([]);
    expect(records.take(all)).toHaveLength(1);
  });

  it('is named by what it tells of itself, new or not, and not by its goodbye', () => {
    const { records } = setUp();
    records.take([ptr('a'), srv('a'), ptr('b'), srv('b'), ptr('half')]);
    const named = (...told: DnsRecord[]) => records.namedIn(told).map(({ instance }) => instance);
    expect(named(ptr('A'))).toEqual(['a']);
    expect(named(srv('b'), ptr('b'))).toEqual(['b']);
    expect(named(ptr('a', 0), srv('b', 8765, 'esp32.local', 0))).toEqual([]);
    expect(named(a('10.0.0.1'), txt('a'), ptr('half'), ptr('unknown'))).toEqual([]);
  });

  it('is not kept for ever, whatever its announcer wants', () => {
    const { clock, records } = setUp();
    records.take([ptr('a', 4_000_000_000), srv('a', 1, 'x.local', 4_000_000_000)]);
    clock.advance(4_500_000);
    expect(records.list).toEqual([]);
  });

  it.each([
    ['another type', [ptr('a', 4_500, '_http._tcp')]],
    ['parts of what was never announced', [srv('a'), txt('a', 'x=y'), a('10.0.0.1')]],
    ['a pointer to something else', [{ ...ptr('a'), data: 'a._http._tcp.local' } as DnsRecord]],
    ['port 0', [ptr('a'), srv('a', 0)]],
    ['no host', [ptr('a'), srv('a', 80, '')]],
    ['a host with a path', [ptr('a'), srv('a', 80, 'x/y@z')]],
    ['a host that is too long', [ptr('a'), srv('a', 80, 'x'.repeat(254))]],
  ])('is no service: %s', (_, records_) => {
    const { records } = setUp();
    expect(records.take(records_)).toEqual([]);
    expect(records.list).toEqual([]);
  });

  it('takes no more memory than there is room for', () => {
    const { records } = setUp();
    for (let i = 0; i < 250; i++) records.take([ptr(`a${i}`), srv(`a${i}`)]);
    expect(records.list).toHaveLength(MAX_SERVICES);
    for (let i = 0; i < 20; i++) records.take([a(`10.0.0.${i}`)]);
    expect(new Set(records.list.map(({ addresses }) => addresses.length))).toEqual(new Set([16]));
    records.take([txt('a0', ...Array.from({ length: 1_000 }, (_, i) => `k${i}=v`))]);
    expect(records.list[0]?.txt.size).toBe(32);
  });
});
