import { expect, it, test } from 'vitest';
import { ManualClock } from '../../core/manual-clock.ts';
import { byteRange } from './byte-range.ts';
import { OneTimeDownloads } from './one-time-downloads.ts';
import { ServedRanges } from './served-ranges.ts';

function store(limits: { maxDownloads?: number; maxBytes?: number } = {}) {
  const clock = new ManualClock();
  let next = 0;
  const downloads = new OneTimeDownloads({ clock, random: (bytes) => Buffer.alloc(bytes, ++next), ...limits });
  const offer = (bytes: number, forMs = 60_000) =>
    downloads.offer({ bytes: new Uint8Array(bytes), contentType: 'audio/wav', forMs }).token;
  return { clock, downloads, offer };
}

const IN_PROGRESS = { isWritten: false, ended: new Promise<void>(() => {}) };

test('a token is 128 random bits, and the path has it, or an id of its own', () => {
  const { downloads } = store();
  const offered = { bytes: Buffer.from('hello'), contentType: 'text/plain', forMs: 1_000 };
  const { id, token, path } = downloads.offer(offered);
  expect(Buffer.from(token, 'base64url')).toEqual(Buffer.alloc(16, 1));
  expect([id, path]).toEqual([token, `/download/${token}`]);
  const guarded = downloads.offer({ ...offered, guardedAt: '/avatar_set/' });
  expect(Buffer.from(guarded.id, 'base64url')).toEqual(Buffer.alloc(16, 2));
  expect(Buffer.from(guarded.token, 'base64url')).toEqual(Buffer.alloc(16, 3));
  expect(guarded.path).toBe(`/avatar_set/${guarded.id}`);
});

test('an offer ends with its time, when it is withdrawn and when all was served; a transfer then breaks off', () => {
  const { clock, downloads, offer } = store();
  const [late, withdrawn, served] = [offer(10, 5_000), offer(10), offer(10)];
  let broken = 0;
  for (const token of [late, withdrawn]) {
    const download = downloads.find(token);
    if (download) download.transfer = { ...IN_PROGRESS, breakOff: () => broken++ };
  }
  clock.advance(4_999);
  expect(downloads.find(late)).toBeDefined();
  clock.advance(1);
  expect(downloads.find(late)).toBeUndefined();
  downloads.withdraw(withdrawn);
  expect(downloads.find(withdrawn)).toBeUndefined();
  expect(broken).toBe(2);
  downloads.wasServed(served, 5, 10);
  expect(downloads.find(served)).toBeDefined();
  downloads.wasServed(served, 0, 5);
  expect(downloads.find(served)).toBeUndefined();
  expect(clock.pending).toBe(0);
});

test('where there is no room, the oldest that is not being fetched ends; what is too big is refused, and costs none', () => {
  const { downloads, offer } = store({ maxDownloads: 3, maxBytes: 100 });
  const tokens = [offer(40), offer(40)];
  expect(() => offer(101)).toThrow(expect.objectContaining({ code: 'downloads_full' }));
  expect(tokens.map((token) => downloads.find(token) !== undefined)).toEqual([true, true]);
  const first = downloads.find(tokens[0] ?? '');
  if (first) first.transfer = { ...IN_PROGRESS, breakOff: () => {} };
  const third = offer(40);
  expect([...tokens, third].map((token) => downloads.find(token) !== undefined)).toEqual([true, false, true]);
  expect(() => offer(70)).toThrow(expect.objectContaining({ code: 'downloads_full', retryable: true }));
  expect(downloads.find(third)).toBeDefined();
});

test('neither many nor large offers pile up', () => {
  const { clock, downloads, offer } = store({ maxDownloads: 3 });
  const tokens = Array.from({ length: 250 }, () => offer(1));
  expect(tokens.filter((token) => downloads.find(token))).toHaveLength(3);
  expect(clock.pending).toBe(3);
  downloads.close();
  expect(clock.pending).toBe(0);
});

it.each([
  [undefined, undefined],
  ['bytes=0-99', { from: 0, to: 100 }],
  ['bytes=10-', { from: 10, to: 1000 }],
  ['bytes=-10', { from: 990, to: 1000 }],
  ['bytes=-5000', { from: 0, to: 1000 }],
  ['bytes=990-5000', { from: 990, to: 1000 }],
  ['bytes=1000-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=5-4', undefined],
  ['bytes=0-1,5-6', undefined],
  ['items=0-1', undefined],
  ['bytes=', undefined],
  ['bytes=-', undefined],
  ['bytes=a-b', undefined],
  [`bytes=${'9'.repeat(400)}-`, undefined],
])('the range %s of 1000 bytes', (header, expected) => {
  expect(byteRange(header, 1_000)).toEqual(expected);
});

test('ranges that were served add up, in any order and with overlaps', () => {
  const ranges = new ServedRanges(100);
  for (const [from, to] of [
    [50, 60],
    [0, 20],
    [55, 100],
    [20, 40],
  ] as const) {
    ranges.add(from, to);
    expect(ranges.isWhole).toBe(false);
  }
  ranges.add(39, 51);
  expect(ranges.isWhole).toBe(true);
  const empty = new ServedRanges(0);
  expect(empty.isWhole).toBe(false);
  empty.add(0, 0);
  expect(empty.isWhole).toBe(true);
});
