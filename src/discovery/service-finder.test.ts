import { expect, it } from 'vitest';
import { ManualClock } from '#src/core/manual-clock';
import type { DnsQuestion, DnsRecord } from './dns-records.ts';
import type { MdnsSocketsOptions } from './mdns-sockets.ts';
import { ServiceFinder } from './service-finder.ts';

const TYPE = '_dialtone-device._tcp.local';
const KITCHEN: readonly DnsRecord[] = [
  { type: 'PTR', name: TYPE, ttl: 4_500, data: `kitchen.${TYPE}` },
  {
    type: 'SRV',
    name: `kitchen.${TYPE}`,
    ttl: 120,
    data: { port: 8765, target: 'esp32.local', priority: 0, weight: 0 },
  },
  { type: 'A', name: 'esp32.local', ttl: 120, data: '10.0.0.7' },
];

/** A finder on a network that we play. */
async function setUp() {
  const clock = new ManualClock();
  const found: string[] = [];
  const announced: string[] = [];
  const asked: DnsQuestion[] = [];
  let network: MdnsSocketsOptions | undefined;
  const finder = new ServiceFinder({
    clock,
    onFound: ({ instance, port }) => found.push(`${instance}:${port}`),
    onAnnounced: ({ instance }) => announced.push(instance),
    onProblem: () => undefined,
    open: async (options) => {
      network = options;
      return {
        ask: (questions) => asked.push(...questions),
        tell: async () => undefined,
        refresh: () => false,
        close: () => undefined,
      };
    },
  });
  await finder.start();
  return { clock, finder, found, announced, asked, hear: (...records: DnsRecord[]) => network?.onAnswer?.(records) };
}

it('a device that starts anew tells of itself unasked, the same as before; what answers a question does not', async () => {
  const { clock, found, announced, hear } = await setUp();
  hear(...KITCHEN);
  expect([found, announced]).toEqual([['kitchen:8765'], []]);
  // The questions of the start are over, and the next one comes a minute later.
  clock.advance(20_000);
  hear(...KITCHEN);
  expect([found, announced]).toEqual([['kitchen:8765'], ['kitchen']]);
  // 69 s after the start: it is asked, and answers.
  clock.advance(49_000);
  hear(...KITCHEN);
  expect(announced).toHaveLength(1);
  clock.advance(1_501);
  hear(...KITCHEN);
  expect(announced).toHaveLength(2);
});

it('asks for what was told in part, and not after its end', async () => {
  const { clock, finder, found, asked, hear } = await setUp();
  const [pointer, ...rest] = KITCHEN;
  hear(pointer as DnsRecord);
  asked.length = 0;
  clock.advance(250);
  expect(asked).toEqual([
    { name: `kitchen.${TYPE}`, type: 'SRV' },
    { name: `kitchen.${TYPE}`, type: 'TXT' },
  ]);
  finder.close();
  hear(...rest);
  expect(found).toEqual([]);
});
