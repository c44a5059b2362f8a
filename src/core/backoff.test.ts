import { describe, expect, it } from 'vitest';
import { type Backoff, backoffDelayMs, type Jitter, jittered } from './backoff.ts';

const doubling: Backoff = { baseMs: 100, factor: 2, capMs: 1_000, jitter: { kind: 'added', ms: 0 } };

describe('a wait that grows', () => {
  it.each([
    [1, 100],
    [2, 200],
    [4, 800],
    [5, 1_000],
    [1_000_000, 1_000],
  ])('is, after %d failed attempts, %d ms', (attempt, ms) => {
    expect(backoffDelayMs(doubling, attempt, () => 0.5)).toBe(ms);
  });

  it.each<[string, Partial<Backoff>, number, number]>([
    ['by another factor', { factor: 1.5 }, 3, 225],
    ['not at all', { factor: 1 }, 9, 100],
    ['without a cap', { capMs: Number.POSITIVE_INFINITY }, 11, 102_400],
    ['from nothing', { baseMs: 0 }, 1_000_000, 0],
    ['from a base over its cap', { baseMs: 5_000 }, 1, 1_000],
  ])('grows %s', (_, change, attempt, ms) => {
    expect(backoffDelayMs({ ...doubling, ...change }, attempt, () => 0.5)).toBe(ms);
  });

  it('is finite without a cap, however many attempts failed', () => {
    const { baseMs, factor, jitter } = doubling;
    expect(backoffDelayMs({ baseMs, factor, jitter }, 1e9, () => 1)).toBeLessThan(Number.POSITIVE_INFINITY);
  });

  it('gets its jitter after the cap', () => {
    const spread: Backoff = { ...doubling, jitter: { kind: 'around', share: 0.2 } };
    expect(backoffDelayMs(spread, 9, () => 1)).toBe(1_200);
  });
});

describe('jitter', () => {
  it.each<[Jitter, number, number, number]>([
    [{ kind: 'around', share: 0.2 }, 800, 1_000, 1_200],
    [{ kind: 'below', share: 0.5 }, 500, 750, 1_000],
    [{ kind: 'added', ms: 200 }, 1_000, 1_100, 1_200],
    [{ kind: 'around', share: 0 }, 1_000, 1_000, 1_000],
  ])('%j of 1000 ms', (jitter, least, middle, most) => {
    expect([0, 0.5, 1].map((chance) => jittered(1_000, jitter, () => chance))).toEqual([least, middle, most]);
  });
});
