import { describe, expect, it } from 'vitest';
import { ManualClock } from '#src/core/manual-clock';
import type { Announcement } from './announced-records.ts';
import { Announcer } from './announcer.ts';
import type { DnsQuestion, DnsRecord } from './dns-records.ts';
import type { MdnsSocketsOptions } from './mdns-sockets.ts';

const KITCHEN: Announcement = { type: 'dialtone', name: 'kitchen', port: 8765, txt: { version: '1' } };
const TYPE = '_dialtone._tcp.local';

const srvOf = (name: string, port: number, target: string, ttl = 120): DnsRecord => ({
  type: 'SRV',
  name: `${name}.${TYPE}`,
  ttl,
  data: { port, target, priority: 0, weight: 0 },
});

/** An announcer on a network that we play. */
async function setUp(wanted: readonly Announcement[] = [KITCHEN]) {
  const clock = new ManualClock();
  const asked: DnsQuestion[] = [];
  const told: DnsRecord[][] = [];
  const problems: string[] = [];
  let network: MdnsSocketsOptions | undefined;
  let isNew = false;
  let closed = false;
  const announcer = await Announcer.open({
    clock,
    host: "Anna's pi",
    onProblem: ({ message }) => problems.push(message),
    open: async (options) => {
      network = options;
      return {
        ask: (questions) => asked.push(...questions),
        tell: async (recordsAt) => void told.push([...recordsAt('10.0.0.1')]),
        refresh: () => isNew,
        close: () => {
          closed = true;
        },
      };
    },
  });
  announcer.set(wanted);
  const ask = (questions: readonly DnsQuestion[], known: readonly DnsRecord[] = []) => {
    const replies: { answers: readonly DnsRecord[]; additionals: readonly DnsRecord[] }[] = [];
    const reply = (answers: readonly DnsRecord[], additionals: readonly DnsRecord[]) =>
      replies.push({ answers, additionals });
    network?.onAsked?.({ questions, known, address: '10.0.0.1', reply });
    return replies;
  };
  return {
    announcer,
    clock,
    asked,
    told,
    problems,
    ask,
    hear: (...records: DnsRecord[]) => network?.onAnswer?.(records),
    plugIn: () => {
      isNew = true;
    },
    isClosed: () => closed,
  };
}

const types = (records: readonly DnsRecord[] = []) => records.map(({ type }) => type);

describe('an announcer', () => {
  it('asks three times whether a name is free, then tells of it three times', async () => {
    const { announcer, clock, asked, told, ask } = await setUp();
    expect(asked).toEqual([{ name: `kitchen.${TYPE}`, type: 'ANY' }]);
    expect([announcer.names, ask([{ name: TYPE, type: 'PTR' }])]).toEqual([[], []]);
    clock.advance(749);
    expect([asked.length, told.length]).toEqual([3, 0]);
    clock.advance(1);
    expect(announcer.names).toEqual(['kitchen']);
    expect(told[0]).toEqual([
      { type: 'PTR', name: TYPE, ttl: 4_500, data: `kitchen.${TYPE}` },
      {
        type: 'SRV',
        name: `kitchen.${TYPE}`,
        ttl: 120,
        flush: true,
        data: { port: 8765, target: 'Anna-s-pi.local', priority: 0, weight: 0 },
      },
      { type: 'TXT', name: `kitchen.${TYPE}`, ttl: 4_500, flush: true, data: ['version=1'] },
      { type: 'PTR', name: '_services._dns-sd._udp.local', ttl: 4_500, data: TYPE },
      { type: 'A', name: 'Anna-s-pi.local', ttl: 120, flush: true, data: '10.0.0.1' },
    ]);
    clock.advance(20_000);
    expect(told).toHaveLength(3);
  });

  it('answers what it is asked, and adds what will be asked next', async () => {
    const { clock, ask } = await setUp();
    clock.advance(10_000);
    const [pointer] = ask([{ name: TYPE.toUpperCase(), type: 'PTR' }]);
    expect([types(pointer?.answers), types(pointer?.additionals)]).toEqual([['PTR'], ['SRV', 'TXT', 'A']]);
    const [address] = ask([{ name: 'anna-s-pi.local', type: 'A' }]);
    expect([types(address?.answers), address?.additionals]).toEqual([['A'], []]);
    expect(ask([{ name: '_services._dns-sd._udp.local', type: 'PTR' }])).toHaveLength(1);
    expect(types(ask([{ name: `kitchen.${TYPE}`, type: 'ANY' as never }])[0]?.answers)).toEqual(['SRV', 'TXT']);
    for (const name of ['_http._tcp.local', `bath.${TYPE}`, 'other.local'])
      expect(ask([{ name, type: 'PTR' }])).toEqual([]);
  });

  it('does not tell again what the asker knows', async () => {
    const { clock, ask } = await setUp();
    clock.advance(10_000);
    const known = (ttl: number): DnsRecord => ({ type: 'PTR', name: TYPE, ttl, data: `kitchen.${TYPE}` });
    expect(ask([{ name: TYPE, type: 'PTR' }], [known(2_250)])).toEqual([]);
    expect(ask([{ name: TYPE, type: 'PTR' }], [known(2_249)])).toHaveLength(1);
  });

  it.each([
    ['Dr. Who 2.0', 'Dr- Who 2-0'],
    ['ü'.repeat(40), 'ü'.repeat(31)],
    ['', 'dialtone'],
  ])('makes one label of DNS of the name "%s"', async (name, label) => {
    const { announcer, clock } = await setUp([{ ...KITCHEN, name }]);
    clock.advance(1_000);
    expect(announcer.names).toEqual([label]);
  });

  it('takes another name while it asks, when one has it', async () => {
    const { announcer, clock, hear, asked } = await setUp();
    hear(srvOf('Kitchen', 1, 'a.local'));
    clock.advance(1_000);
    expect(announcer.names).toEqual(['kitchen (2)']);
    expect(asked.at(-1)?.name).toBe(`kitchen (2).${TYPE}`);
    hear(srvOf('kitchen', 1, 'z.local'));
    expect(announcer.names).toEqual(['kitchen (2)']);
  });

  it.each([
    ['a.local', 'kitchen', 'tells anew of what it has'],
    ['z.local', 'kitchen (2)', 'gives way'],
  ])('of two that have a name the later in order keeps it: %s', async (target, name) => {
    const { announcer, clock, hear, told } = await setUp();
    clock.advance(10_000);
    const before = told.length;
    hear(srvOf('kitchen', 8765, target));
    clock.advance(2_000);
    expect(announcer.names).toEqual([name]);
    expect(told.length).toBeGreaterThan(before);
  });

  it('is not troubled by its own words, goodbyes, or a machine that takes every name', async () => {
    const { announcer, clock, hear, problems } = await setUp();
    hear(srvOf('kitchen', 8765, 'anna-s-pi.local'), srvOf('kitchen', 1, 'z.local', 0));
    clock.advance(1_000);
    expect(announcer.names).toEqual(['kitchen']);
    for (let i = 1; i < 50; i++) hear(srvOf(i === 1 ? 'kitchen' : `kitchen (${i})`, 1, 'z.local'));
    clock.advance(10_000);
    expect(announcer.names).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(/are taken/)]);
  });

  it('tells of services anew on a new interface', async () => {
    const { clock, told, plugIn } = await setUp();
    clock.advance(29_000);
    plugIn();
    const before = told.length;
    clock.advance(1_000);
    expect(told.length).toBe(before + 1);
  });

  it('says goodbye to what is not wanted any more, and to all at the end', async () => {
    const { announcer, clock, told, isClosed, ask } = await setUp([KITCHEN, { ...KITCHEN, type: 'hotpin' }]);
    clock.advance(10_000);
    announcer.set([KITCHEN]);
    expect(told.at(-1)?.map(({ name }) => name)).toEqual(
      ['', 'kitchen.', 'kitchen.'].map((prefix) => `${prefix}_hotpin._tcp.local`),
    );
    expect(told.at(-1)?.every((record) => 'ttl' in record && record.ttl === 0)).toBe(true);
    expect(ask([{ name: '_hotpin._tcp.local', type: 'PTR' }])).toEqual([]);
    await announcer.close();
    expect(told.at(-1)?.[0]).toMatchObject({ type: 'PTR', name: TYPE, ttl: 0 });
    expect([isClosed(), clock.pending]).toEqual([true, 0]);
  });
});
