import { describe, expect, it } from 'vitest';
import { DialQueue, dialLimit } from './dial-queue.ts';

describe('DialQueue', () => {
  it('grants so many at once and the next when one is released, urgent ones first', () => {
    const queue = new DialQueue(() => 2);
    const granted: string[] = [];
    for (const key of ['a', 'b', 'c', 'd']) queue.request(key, key === 'd', () => granted.push(key));
    expect(granted).toEqual(['a', 'b']);
    queue.release('a');
    expect(granted).toEqual(['a', 'b', 'd']);
    queue.release('b');
    queue.release('b');
    expect(granted).toEqual(['a', 'b', 'd', 'c']);
  });

  it('lets somebody leave the queue', () => {
    const queue = new DialQueue(() => 1);
    const granted: string[] = [];
    for (const key of ['a', 'b', 'c']) queue.request(key, false, () => granted.push(key));
    queue.release('b');
    queue.release('a');
    expect(granted).toEqual(['a', 'c']);
  });

  it.each([
    [1, 16],
    [200, 25],
    [10_000, 128],
  ])('a fleet of %d may dial %d at once', (devices, limit) => expect(dialLimit(devices)).toBe(limit));
});
