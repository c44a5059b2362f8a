import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '#src/core/clock';
import { ManualClock } from '#src/core/manual-clock';
import { hasMulticast } from '../../test/support/multicast.ts';
import { needs } from '../../test/support/needs.ts';
import { createLocalNames } from './local-names.ts';
import type { openMdnsSockets } from './mdns-sockets.ts';

const unknown = () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }));
const never = () => new Promise<never>(() => undefined);
const { getResponder } = createRequire(import.meta.url)('@homebridge/ciao') as typeof import('@homebridge/ciao');

/** A device that answers for a name, as a board with an mDNS responder does. */
async function responder(): Promise<string> {
  const host = `dialtone-${randomUUID().slice(0, 8)}`;
  const own = getResponder();
  await own.createService({ name: host, type: 'dialtone-test', port: 1, hostname: host, txt: { a: 'b' } }).advertise();
  onTestFinished(() => own.shutdown());
  return `${host}.local`;
}

describe('names that the machine knows', () => {
  it('are looked up in no other way', async () => {
    const open = () => {
      throw new Error('asked over mDNS');
    };
    const system = async (name: string) => [{ address: name.startsWith('a') ? '10.0.0.1' : '10.0.0.2', family: 4 }];
    const resolve = createLocalNames({ clock: systemClock, system, open });
    expect(await resolve('a.local')).toEqual([{ address: '10.0.0.1', family: 4 }]);
    expect(await resolve('b.example')).toEqual([{ address: '10.0.0.2', family: 4 }]);
    const failing = createLocalNames({ clock: systemClock, system: unknown, open });
    await expect(failing('b.example')).rejects.toThrow('ENOTFOUND');
  });
});

describe('names that nothing has', () => {
  it('are asked for four times, and fail as the machine does', async () => {
    const clock = new ManualClock();
    let asked = 0;
    let closed = 0;
    const open: typeof openMdnsSockets = async () => ({
      ask: () => {
        asked++;
      },
      tell: async () => undefined,
      refresh: () => false,
      close: () => {
        closed++;
      },
    });
    const looked = createLocalNames({ clock, system: unknown, open })('nothing-here.local').catch((error) => error);
    await vi.waitFor(() => expect(clock.pending).toBe(5));
    clock.advance(4_000);
    expect(await looked).toMatchObject({ code: 'ENOTFOUND' });
    expect([asked, closed, clock.pending]).toEqual([4, 1, 0]);
  });
});

describe.skipIf(!needs(hasMulticast(), 'multicast on an interface of this machine', 'names that end in .local'))(
  'names that the machine does not know',
  () => {
    it.each([
      ['says so', unknown],
      ['never answers', never],
    ])('are asked for over mDNS when it %s', async (_, system) => {
      const name = await responder();
      const resolve = createLocalNames({ clock: systemClock, system });
      const found = await resolve(name.toUpperCase().replace('LOCAL', 'local'));
      expect(found).toContainEqual({ address: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/), family: 4 });
    });
  },
);
