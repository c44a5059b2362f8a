import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../core/manual-clock.ts';
import type { DialPriority } from './dial-machine.ts';
import { DialQueue, dialLimits } from './dial-queue.ts';

function setUp(atOnce: number, perSecond = 1_000_000) {
  const clock = new ManualClock();
  const queue = new DialQueue(clock, () => ({ atOnce, perSecond }));
  const granted: string[] = [];
  const ask = (key: string, priority: DialPriority = 'new') => queue.request(key, priority, () => granted.push(key));
  return { clock, queue, granted, ask };
}

describe('DialQueue', () => {
  it('grants so many at once, those first that a user waits for', () => {
    const { queue, granted, ask } = setUp(3);
    for (const key of ['a', 'b', 'c']) ask(key, 'dead');
    // One slot is kept for those that a user waits for.
    expect(granted).toEqual(['a', 'b']);
    ask('new', 'new');
    ask('up', 'recently_up');
    expect(granted).toEqual(['a', 'b', 'up']);
    ask('now', 'manual');
    queue.release('up');
    expect(granted).toEqual(['a', 'b', 'up', 'now']);
    queue.release('now');
    queue.release('a');
    queue.release('a');
    expect(granted.slice(4)).toEqual(['new']);
    queue.release('b');
    expect(granted.slice(4)).toEqual(['new', 'c']);
  });

  it('lets a device leave the queue, or change place in it', () => {
    const { queue, granted, ask } = setUp(2);
    for (const key of ['a', 'b', 'c', 'd']) ask(key);
    queue.release('b');
    ask('d', 'recently_up');
    expect(granted).toEqual(['a', 'd']);
    queue.release('d');
    queue.release('a');
    expect(granted).toEqual(['a', 'd', 'c']);
  });

  it('keeps the rate, but not for a device that is dialled by hand', () => {
    const { clock, granted, ask } = setUp(1_000, 50);
    for (let index = 0; index < 200; index++) ask(`device ${index}`);
    ask('by hand', 'manual');
    expect(granted.length).toBeLessThanOrEqual(7);
    expect(granted).toContain('by hand');
    clock.advance(1_000);
    expect(granted.length).toBeGreaterThanOrEqual(50);
    expect(granted.length).toBeLessThanOrEqual(60);
    clock.advance(3_000);
    expect(granted).toHaveLength(201);
    expect(clock.pending).toBe(0);
  });

  it('gets a line that was just lost through although 1,000 dead ones hold every other slot', () => {
    const { atOnce, perSecond } = dialLimits(1_000);
    const { clock, granted, ask } = setUp(atOnce, perSecond);
    for (let index = 0; index < 1_000; index++) ask(`dead ${index}`, 'dead');
    clock.advance(5_000);
    expect(granted.length).toBeLessThan(atOnce);
    ask('live', 'recently_up');
    expect(granted.at(-1)).toBe('live');
  });

  it.each([
    [1, { atOnce: 16, perSecond: 50 }],
    [200, { atOnce: 25, perSecond: 50 }],
    [10_000, { atOnce: 128, perSecond: 1_000 }],
  ])('a fleet of %d may dial so many', (devices, limits) => expect(dialLimits(devices)).toEqual(limits));
});
