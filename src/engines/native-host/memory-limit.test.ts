import { expect, test } from 'vitest';
import { MemoryLimit } from './memory-limit.ts';

test('waits until nothing is in flight, unless it is twice as much', () => {
  const limit = new MemoryLimit(1_000);
  expect(limit.verdict(300, false)).toBeUndefined();
  expect(limit.verdict(1_001, true)).toBeUndefined();
  expect(limit.verdict(1_001, false)).toBe('it took 1001 MB of memory, more than 1000 MB');
  expect(limit.verdict(2_001, true)).toContain('2001 MB');
});

test('models that need more by themselves raise it', () => {
  const limit = new MemoryLimit(100);
  expect(limit.verdict(400, false)).toBeUndefined();
  expect(limit.verdict(500, false)).toBeUndefined();
  expect(limit.verdict(501, false)).toContain('more than 500 MB');
  limit.reset();
  expect(limit.verdict(501, false)).toBeUndefined();
});

test('none is none', () => {
  const limit = new MemoryLimit();
  expect([1, 100_000].map((megabytes) => limit.verdict(megabytes, false))).toEqual([undefined, undefined]);
});
