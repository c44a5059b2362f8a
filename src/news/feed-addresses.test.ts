import { describe, expect, it } from 'vitest';
import { ManualClock } from '../core/manual-clock.ts';
import { checkAddress } from '../transport/dial/address-guard.ts';
import { checkFeedHost, feedLookup, feedPolicy, isLocalAddress } from './feed-addresses.ts';

function refusalOf(address: string, mayBeLocal: boolean): string | undefined {
  const verdict = checkAddress(address, feedPolicy(mayBeLocal));
  return verdict.ok ? undefined : verdict.reason;
}

describe('where news may be fetched from', () => {
  it.each(['127.0.0.1', '::1', '10.1.2.3', '192.168.1.1', '172.20.0.1', 'fd12::9', '::ffff:192.168.1.1', '100.64.0.1'])(
    '%s is local: the user may name it, a redirect from outside may not',
    (address) => {
      expect(isLocalAddress(address)).toBe(true);
      expect(refusalOf(address, true)).toBeUndefined();
      expect(refusalOf(address, false)).toMatch(/redirect comes from outside/);
    },
  );

  it.each(['93.184.216.34', '2606:2800:220:1::1'])('%s is not, and is always allowed', (address) => {
    expect(isLocalAddress(address)).toBe(false);
    expect(refusalOf(address, false)).toBeUndefined();
  });

  it.each(['169.254.169.254', '0.0.0.0', 'fe80::1', '::ffff:169.254.169.254', '224.0.0.1', '100.100.100.200'])(
    '%s is never asked',
    (address) => {
      expect(refusalOf(address, true)).toBeDefined();
      expect(() => checkFeedHost(address.includes(':') ? `[${address}]` : address, true)).toThrow(
        expect.objectContaining({ code: 'address_refused' }),
      );
    },
  );

  it('judges names by what they resolve to', async () => {
    const lookup = (mayBeLocal: boolean, all: boolean) =>
      new Promise((resolve, reject) =>
        feedLookup(mayBeLocal, new ManualClock())('localhost', { all, family: 4 }, (error, found) =>
          error ? reject(error) : resolve(found),
        ),
      );
    expect(await lookup(true, false)).toBe('127.0.0.1');
    expect(await lookup(true, true)).toContainEqual({ address: '127.0.0.1', family: 4 });
    await expect(lookup(false, true)).rejects.toMatchObject({ code: 'address_refused' });
  });
});
