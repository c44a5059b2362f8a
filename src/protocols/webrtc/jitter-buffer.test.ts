import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RtpPacket } from '../../transport/webrtc/rtp-packet.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import { newMediaCounters } from './media-counters.ts';

const packet = (sequence: number, more: Partial<RtpPacket> = {}): RtpPacket => ({
  sequence: sequence & 0xffff,
  timestamp: (sequence * 960) >>> 0,
  ssrc: 1,
  marker: false,
  payload: Uint8Array.of(sequence & 0xff),
  ...more,
});

/** What comes out when these packets come, one every 15 ms; `-` is what was given up before the next. */
function order(sequences: readonly number[], { everyMs = 15, endMs = 1_000 } = {}) {
  const counts = newMediaCounters();
  const buffer = new JitterBuffer(counts);
  const out: string[] = [];
  const take = (ready: ReturnType<JitterBuffer['put']>) => {
    for (const { packet: one, lost, isNew } of ready)
      out.push(`${'-'.repeat(lost)}${isNew && out.length > 0 ? '!' : ''}${one.sequence}`);
  };
  let now = 0;
  for (const sequence of sequences) {
    take(buffer.due(now));
    take(buffer.put(packet(sequence), now));
    now += everyMs;
  }
  take(buffer.due(now + endMs));
  const { reordered, duplicates, late, lost } = counts;
  return { out: out.join(' '), counts: { reordered, duplicates, late, lost } };
}

describe('packets come out in order', () => {
  it.each<[what: string, come: number[], out: string, counts: Record<string, number>]>([
    ['in order', [5, 6, 7], '5 6 7', {}],
    ['two changed places', [5, 7, 6, 8], '5 6 7 8', { reordered: 1 }],
    ['one twice', [5, 6, 6, 7], '5 6 7', { duplicates: 1 }],
    ['one twice while it waits', [5, 7, 7, 6], '5 6 7', { duplicates: 1, reordered: 1 }],
    ['one lost', [5, 7, 8, 9, 10, 11, 12], '5 -7 8 9 10 11 12', { lost: 1 }],
    ['two gaps', [5, 7, 9], '5 -7 -9', { lost: 2 }],
    ['three in a row lost, at the end', [5, 9], '5 ---9', { lost: 3 }],
    ['one that comes when it was given up', [5, 7, 8, 9, 10, 11, 12, 6], '5 -7 8 9 10 11 12', { lost: 1, late: 1 }],
    ['one before the first', [5, 4, 6], '5 6', { duplicates: 1 }],
    ['the numbers wrap around', [65534, 65535, 0, 1], '65534 65535 0 1', {}],
    ['they wrap around out of order', [65534, 0, 65535, 1], '65534 65535 0 1', { reordered: 1 }],
    ['one is lost as they wrap around', [65534, 65535, 1, 2, 3, 4, 5, 6], '65534 65535 -1 2 3 4 5 6', { lost: 1 }],
    ['a stray number', [5, 30_000, 6, 7], '5 6 7', {}],
    ['its source begins anew', [5, 6, 30_000, 30_001, 30_002], '5 6 !30001 30002', {}],
    ['its source begins anew behind', [40_000, 5, 6, 7], '40000 !6 7', {}],
  ])('%s', (_, come, out, counts) => {
    expect(order(come)).toEqual({ out, counts: { reordered: 0, duplicates: 0, late: 0, lost: 0, ...counts } });
  });

  it('another stream replaces the first, what waited comes first', () => {
    const buffer = new JitterBuffer(newMediaCounters());
    buffer.put(packet(1), 0);
    buffer.put(packet(3), 20);
    const ready = buffer.put(packet(9, { ssrc: 2 }), 40);
    expect(ready.map(({ packet: { sequence }, lost, isNew }) => [sequence, lost, isNew])).toEqual([
      [3, 1, false],
      [9, 0, true],
    ]);
  });

  it('a gap whose packets fill the buffer is given up at once', () => {
    const counts = newMediaCounters();
    const buffer = new JitterBuffer(counts);
    buffer.put(packet(0), 0);
    for (let sequence = 2; sequence < 66; sequence++) expect(buffer.put(packet(sequence), 1)).toEqual([]);
    expect(buffer.put(packet(66), 1)).toHaveLength(65);
    expect(counts.lost).toBe(1);
  });
});

it('counts by how much the time on the way changes, not how long it is or how the clocks differ', () => {
  const counts = newMediaCounters();
  const buffer = new JitterBuffer(counts);
  const delays = [500, 500, 512, 505];
  // The first packet begins the stream.
  for (const [at, delay] of delays.entries()) buffer.put(packet(at), at * 20 + delay);
  expect(counts.jitterMs).toBeCloseTo(12 + 7);
  // Another stream has another clock.
  for (const at of [0, 1, 2]) buffer.put(packet(at, { ssrc: 2, timestamp: 4_000_000_000 + at * 960 }), 2_000 + at * 21);
  expect(counts.jitterMs).toBeCloseTo(12 + 7 + 1);
});

describe('a missing packet is waited for', () => {
  it('40 ms where the network is steady, longer where it is not, 200 ms at most', () => {
    const steady = new JitterBuffer(newMediaCounters());
    for (let at = 0; at < 200; at++) steady.put(packet(at), at * 20);
    expect(steady.waitMs).toBe(40);
    // A pause of the speaker is no jitter: its timestamps tell of it.
    steady.put(packet(200, { timestamp: 500 * 960 }), 10_000);
    expect(steady.waitMs).toBe(40);
    const rough = new JitterBuffer(newMediaCounters());
    for (let at = 0; at < 400; at++) rough.put(packet(at), at * 20 + (at % 2) * 30);
    expect(rough.waitMs).toBeGreaterThan(100);
    const awful = new JitterBuffer(newMediaCounters());
    for (let at = 0; at < 400; at++) awful.put(packet(at), at * 20 + (at % 2) * 900);
    expect(awful.waitMs).toBe(200);
  });

  it('a clock that drifts is no jitter', () => {
    const buffer = new JitterBuffer(newMediaCounters());
    for (let at = 0; at < 5_000; at++) buffer.put(packet(at), at * 20.1);
    expect(buffer.waitMs).toBe(40);
  });

  it('from when it was noticed', () => {
    const buffer = new JitterBuffer(newMediaCounters());
    buffer.put(packet(0), 0);
    buffer.put(packet(3), 20);
    buffer.put(packet(2), 30);
    const dueAtMs = buffer.dueAtMs ?? 0;
    expect(dueAtMs).toBeGreaterThanOrEqual(60);
    expect(buffer.due(dueAtMs - 1)).toEqual([]);
    expect(buffer.due(dueAtMs).map(({ packet: { sequence } }) => sequence)).toEqual([2, 3]);
    expect(buffer.dueAtMs).toBeUndefined();
  });
});

it('whatever comes, what comes out is in order, once, and nothing stays behind', () => {
  const step = fc.record({ sequence: fc.integer({ min: 0, max: 90 }), waitMs: fc.integer({ min: 0, max: 60 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), fc.integer({ min: 0, max: 65_535 }), (steps, first) => {
      const counts = newMediaCounters();
      const buffer = new JitterBuffer(counts);
      const out: number[] = [];
      let now = 0;
      let passed = 0;
      const take = (ready: ReturnType<JitterBuffer['put']>) => {
        for (const { packet: one, lost } of ready) {
          out.push((one.sequence - first) & 0xffff);
          passed += lost;
        }
      };
      for (const { sequence, waitMs } of steps) {
        now += waitMs;
        take(buffer.due(now));
        take(buffer.put(packet(first + sequence), now));
      }
      take(buffer.due(now + 10_000));
      expect(buffer.dueAtMs).toBeUndefined();
      expect(out).toEqual([...new Set(out)].sort((a, b) => a - b));
      expect(counts.lost).toBe(passed);
      expect(out.length + counts.duplicates + counts.late).toBe(steps.length);
    }),
    { seed: 7, numRuns: 300 },
  );
});
