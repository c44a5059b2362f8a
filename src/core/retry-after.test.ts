import { describe, expect, it } from 'vitest';
import { retryAfterMs, retryAfterSeconds } from './retry-after.ts';

const NOW_MS = Date.UTC(2026, 9, 21, 7, 27, 0);

describe('Retry-After', () => {
  it.each<[string | null | undefined, number | undefined]>([
    ['20', 20_000],
    [' 20 ', 20_000],
    ['0', 0],
    ['0.05', 50],
    ['.5', 500],
    ['1.', 1_000],
    ['+3', 3_000],
    ['-5', 0],
    ['123456789', 123_456_789_000],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 60_000],
    ['Wednesday, 21-Oct-26 07:28:00 GMT', 60_000],
    ['Wed Oct 21 07:28:00 2026', 60_000],
    ['2026-10-21T07:28:00Z', 60_000],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
    [undefined, undefined],
    [null, undefined],
    ['', undefined],
    [' ', undefined],
    ['soon', undefined],
    ['20 s', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['1.2.3', undefined],
    ['Infinity', undefined],
    ['NaN', undefined],
    ['99:99', undefined],
    ['9'.repeat(400), undefined],
  ])('%j asks for %s ms', (header, ms) => {
    expect(retryAfterMs(header, NOW_MS)).toBe(ms);
  });

  it.each<[string | undefined, number | undefined]>([
    ['20', 20],
    ['0.05', 0.05],
    ['-5', -5],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    [undefined, undefined],
  ])('%j is the number %s', (header, seconds) => {
    expect(retryAfterSeconds(header)).toBe(seconds);
  });
});
