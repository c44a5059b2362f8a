import { expect, test } from 'vitest';
import { RepeatLimiter } from './repeat-limiter.ts';

test('lets one through in a stretch of time and counts the rest', () => {
  const limiter = new RepeatLimiter(1000);
  expect(limiter.pass('a', 0)).toBe(0);
  expect(limiter.pass('a', 1)).toBeUndefined();
  expect(limiter.pass('a', 999)).toBeUndefined();
  expect(limiter.pass('b', 999)).toBe(0);
  expect(limiter.pass('a', 1000)).toBe(2);
  expect(limiter.pass('a', 2000)).toBe(0);
});

test('a clock that was set back silences nothing', () => {
  const limiter = new RepeatLimiter(1000);
  limiter.pass('a', 1_000_000);
  expect(limiter.pass('a', 5)).toBe(0);
});

test('remembers a bounded number of keys, the newest', () => {
  const limiter = new RepeatLimiter(1000);
  for (let key = 0; key < 10_000; key++) limiter.pass(String(key), 0);
  expect(limiter.pass('9999', 1)).toBeUndefined();
  expect(limiter.pass('0', 1)).toBe(0);
});
