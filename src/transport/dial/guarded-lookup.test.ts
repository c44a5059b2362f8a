import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../core/manual-clock.ts';
import { createGuardedLookup, LOOKUP_TIMEOUT_MS } from './guarded-lookup.ts';
import { LookupSlots } from './lookup-slots.ts';

const v4 = (address: string): LookupAddress => ({ address, family: 4 });
const v6 = (address: string): LookupAddress => ({ address, family: 6 });

/** A resolver that answers when the test says so. */
class TestResolver {
  readonly asked: string[] = [];
  running = 0;
  mostRunning = 0;
  readonly #pending = new Map<string, PromiseWithResolvers>();

  readonly resolve = (name: string): Promise<LookupAddress[]> => {
    this.asked.push(name);
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    return new Promise<LookupAddress[]>((resolve, reject) => {
      this.#pending.set(name, { resolve, reject });
    }).finally(() => this.running--);
  };

  answer(name: string, ...addresses: LookupAddress[]): void {
    this.#pending.get(name)?.resolve(addresses);
  }

  fail(name: string, code: string): void {
    this.#pending.get(name)?.reject(Object.assign(new Error(code), { code }));
  }
}

interface PromiseWithResolvers {
  resolve(addresses: LookupAddress[]): void;
  reject(error: Error): void;
}

function setUp({ slots = 2, maxWaiting = 100, allowLoopback = false } = {}) {
  const clock = new ManualClock();
  const resolver = new TestResolver();
  const lookup = createGuardedLookup({
    policy: { allowLoopback, cidrs: undefined },
    clock,
    slots: new LookupSlots(slots, maxWaiting),
    resolve: resolver.resolve,
  });
  /** As node:net asks: for all addresses. */
  const ask = (name: string, options = {}) =>
    new Promise<string | LookupAddress[]>((resolve, reject) => {
      lookup(name, { all: true, ...options }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
    });
  return { clock, resolver, ask };
}

describe('a guarded look-up', () => {
  it('hands out what may be dialled, in its order, and leaves the rest out', async () => {
    const { resolver, ask } = setUp();
    const answer = ask('esp32.local');
    resolver.answer('esp32.local', v6('fe80::1%2'), v4('192.168.1.9'), v6('fd12::9'));
    expect(await answer).toEqual([v4('192.168.1.9'), v6('fd12::9')]);
  });

  it('gives one address to those who ask for one, of the family they ask for', async () => {
    const { resolver, ask } = setUp();
    const answers = [ask('a', { all: false }), ask('a', { family: 6 }), ask('a', { all: false, family: 'IPv6' })];
    resolver.answer('a', v4('10.0.0.1'), v6('fd12::9'));
    expect(await Promise.all(answers)).toEqual(['10.0.0.1', [v6('fd12::9')], 'fd12::9']);
  });

  it.each([
    [[v4('127.0.0.1')], /"a" is not dialled: 127\.0\.0\.1 is this machine itself/],
    [[v4('169.254.169.254'), v6('::ffff:7f00:1')], /169\.254\.169\.254 belongs to the metadata service/],
    [[v6('64:ff9b::a9fe:a9fe')], /leads to 169\.254\.169\.254/],
  ])('refuses a name when no address of it may be dialled', async (addresses, message) => {
    const { resolver, ask } = setUp();
    const answer = ask('a');
    resolver.answer('a', ...addresses);
    await expect(answer).rejects.toMatchObject({ code: 'address_refused', message: expect.stringMatching(message) });
  });

  it('judges every answer anew: a name that changes its mind gains nothing', async () => {
    const { resolver, ask } = setUp();
    const first = ask('rebind.example');
    resolver.answer('rebind.example', v4('203.0.113.7'));
    await first;
    const second = ask('rebind.example');
    resolver.answer('rebind.example', v4('127.0.0.1'));
    await expect(second).rejects.toMatchObject({ code: 'address_refused' });
    expect(resolver.asked).toHaveLength(2);
  });

  it('shares a look-up under way and keeps no answer: a new address is found by the next dial', async () => {
    const { resolver, ask } = setUp();
    const together = [ask('a'), ask('a'), ask('a')];
    resolver.answer('a', v4('10.0.0.1'));
    expect(await Promise.all(together)).toEqual(new Array(3).fill([v4('10.0.0.1')]));
    expect(resolver.asked).toEqual(['a']);
    const later = ask('a');
    resolver.answer('a', v4('10.0.0.2'));
    expect(await later).toEqual([v4('10.0.0.2')]);
  });

  it('looks up no more names at once than there are slots', async () => {
    const { resolver, ask } = setUp({ slots: 2 });
    const names = Array.from({ length: 9 }, (_, index) => `n${index}`);
    const all = names.map((name) => ask(name));
    for (let i = 0; i < names.length; i++) {
      for (const name of names) resolver.answer(name, v4('10.0.0.1'));
      await new Promise(setImmediate);
    }
    expect(await Promise.all(all)).toHaveLength(9);
    expect(resolver.mostRunning).toBe(2);
  });

  it('passes on what the resolver says', async () => {
    const { resolver, ask, clock } = setUp();
    const answer = ask('nobody');
    resolver.fail('nobody', 'ENOTFOUND');
    await expect(answer).rejects.toMatchObject({ code: 'ENOTFOUND' });
    expect(clock.pending).toBe(0);
    const empty = ask('empty');
    resolver.answer('empty');
    await expect(empty).rejects.toMatchObject({ code: 'dns_failed' });
  });

  it('gives up after 5 s, but its slot stays taken until the resolver is through', async () => {
    const { resolver, ask, clock } = setUp({ slots: 1 });
    const slow = expect(ask('slow')).rejects.toMatchObject({ code: 'dns_failed', message: /within 5 s/ });
    const waiting = expect(ask('waiting')).rejects.toMatchObject({ code: 'dns_failed' });
    clock.advance(LOOKUP_TIMEOUT_MS);
    await Promise.all([slow, waiting]);
    const next = ask('next');
    expect(resolver.asked).toEqual(['slow']);
    resolver.fail('slow', 'EAI_AGAIN');
    await new Promise(setImmediate);
    // "waiting" is not wanted any more.
    expect(resolver.asked).toEqual(['slow', 'next']);
    resolver.answer('next', v4('10.0.0.1'));
    expect(await next).toEqual([v4('10.0.0.1')]);
    expect(clock.pending).toBe(0);
  });

  it('joins a look-up that others gave up', async () => {
    const { resolver, ask, clock } = setUp({ slots: 1 });
    const slow = expect(ask('slow')).rejects.toMatchObject({ code: 'dns_failed' });
    clock.advance(LOOKUP_TIMEOUT_MS);
    await slow;
    const again = ask('slow');
    resolver.answer('slow', v4('10.0.0.1'));
    expect(await again).toEqual([v4('10.0.0.1')]);
    expect(resolver.asked).toEqual(['slow']);
  });

  it('turns names away when too many wait', async () => {
    const { ask } = setUp({ slots: 1, maxWaiting: 1 });
    void ask('a');
    void ask('b');
    await expect(ask('c')).rejects.toMatchObject({ code: 'dns_failed', message: expect.stringMatching(/too many/) });
  });

  it('knows the names of this machine', async () => {
    const lookup = createGuardedLookup({
      policy: { allowLoopback: true, cidrs: undefined },
      clock: new ManualClock(),
      slots: new LookupSlots(2, 10),
    });
    const addresses = await new Promise((resolve) => lookup('localhost', { all: true }, (_, found) => resolve(found)));
    expect(addresses).toContainEqual(v4('127.0.0.1'));
  });
});
