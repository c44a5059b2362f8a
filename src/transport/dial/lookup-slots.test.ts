import { describe, expect, it } from 'vitest';
import { LookupSlots, lookupLimit } from './lookup-slots.ts';

/** Slots whose jobs end when the test says so. */
class Harness {
  readonly started: string[] = [];
  readonly #done = new Map<string, (resolved: boolean) => void>();
  readonly slots: LookupSlots;

  constructor(slots: number, maxWaiting = 100) {
    this.slots = new LookupSlots(slots, maxWaiting);
  }

  request(name: string): boolean {
    return this.slots.request(name, (done) => {
      this.started.push(name);
      this.#done.set(name, done);
    });
  }

  end(name: string, resolved: boolean): void {
    this.#done.get(name)?.(resolved);
    this.#done.delete(name);
  }

  /** Looks a name up once. */
  once(name: string, resolved: boolean): void {
    this.request(name);
    this.end(name, resolved);
  }
}

describe('slots for look-ups', () => {
  it('are never more than there are', () => {
    const harness = new Harness(2);
    for (const name of ['a', 'b', 'c', 'd']) harness.request(name);
    expect(harness.started).toEqual(['a', 'b']);
    harness.end('a', true);
    expect(harness.started).toEqual(['a', 'b', 'c']);
  });

  it('go to names that resolved last time, then to new ones, then to those that did not', () => {
    const harness = new Harness(1);
    harness.once('live', true);
    harness.once('dead', false);
    harness.request('first');
    for (const name of ['dead', 'new', 'live']) harness.request(name);
    harness.started.length = 0;
    for (const name of ['first', 'live', 'new', 'dead']) harness.end(name, true);
    expect(harness.started).toEqual(['live', 'new', 'dead']);
  });

  it('are not all taken by dead names: a live one starts at once', () => {
    const harness = new Harness(2);
    const dead = Array.from({ length: 50 }, (_, index) => `dead${index}`);
    for (const name of [...dead]) harness.once(name, false);
    harness.once('live', true);
    harness.started.length = 0;
    for (const name of dead) harness.request(name);
    harness.request('live');
    expect(harness.started).toEqual(['dead0', 'live']);
    harness.end('live', true);
    expect(harness.started).toEqual(['dead0', 'live']);
    harness.end('dead0', false);
    expect(harness.started).toEqual(['dead0', 'live', 'dead1']);
  });

  it('turn away what would wait too long a queue, and forget what is not wanted any more', () => {
    const harness = new Harness(1, 2);
    expect(['a', 'b', 'c', 'd'].map((name) => harness.request(name))).toEqual([true, true, true, false]);
    expect(harness.slots.cancel('a')).toBe(false);
    expect(harness.slots.cancel('b')).toBe(true);
    harness.end('a', true);
    expect(harness.started).toEqual(['a', 'c']);
  });

  it.each([
    [undefined, 2],
    ['', 2],
    ['nonsense', 2],
    ['1', 1],
    ['8', 4],
    ['128', 4],
  ])('with UV_THREADPOOL_SIZE=%s there are %d', (poolSize, expected) => expect(lookupLimit(poolSize)).toBe(expected));
});
