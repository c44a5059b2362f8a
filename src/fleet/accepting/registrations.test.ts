import { describe, expect, it } from 'vitest';
import type { Registration } from '../../config/registration.ts';
import { Registrations } from './registrations.ts';

const ID = 'AA:BB:CC:DD:EE:FF';
const CANONICAL = 'aabbccddeeff';

describe('tokens that dialtone gives', () => {
  it('are right for their device alone', () => {
    const registrations = new Registrations();
    expect(registrations.check('xiaozhi', CANONICAL, 'x')).toBe('none');
    const token = registrations.issue('xiaozhi', ID, 'client');
    expect(registrations.check('xiaozhi', CANONICAL, token)).toBe('right');
    for (const wrong of [undefined, '', `${token}x`, token?.slice(0, -1)]) {
      expect(registrations.check('xiaozhi', CANONICAL, wrong)).toBe('wrong');
    }
    expect(registrations.check('xiaozhi', 'other', token)).toBe('none');
    expect(registrations.check('hotpin', CANONICAL, token)).toBe('none');
  });

  it('replace those of before once they are used, and not sooner: the device may not have got them', () => {
    const registrations = new Registrations();
    const [first, second] = [1, 2].map(() => registrations.issue('xiaozhi', ID, 'client'));
    expect(registrations.check('xiaozhi', CANONICAL, first)).toBe('right');
    expect(registrations.check('xiaozhi', CANONICAL, second)).toBe('right');
    expect(registrations.check('xiaozhi', CANONICAL, first)).toBe('wrong');
  });

  it('are not given to another device under the same id, until the owner says so', () => {
    const registrations = new Registrations();
    const token = registrations.issue('xiaozhi', ID, 'client');
    expect(registrations.issue('xiaozhi', ID, 'thief')).toBe(undefined);
    expect(registrations.issue('xiaozhi', ID, '')).toBe(undefined);
    expect(registrations.check('xiaozhi', CANONICAL, token)).toBe('right');
    registrations.renew('xiaozhi', ID);
    expect(registrations.issue('xiaozhi', ID, 'thief')).toEqual(expect.any(String));
    expect(registrations.check('xiaozhi', CANONICAL, token)).toBe('wrong');
  });

  it('are for the device alone that the owner has let in, once they have', () => {
    const registrations = new Registrations();
    const thiefs = registrations.issue('xiaozhi', ID, 'thief');
    registrations.renew('xiaozhi', ID, 'client');
    expect(registrations.check('xiaozhi', CANONICAL, thiefs)).toBe('wrong');
    expect(registrations.check('xiaozhi', CANONICAL, undefined)).toBe('wrong');
    expect(registrations.issue('xiaozhi', ID, 'thief')).toBe(undefined);
    expect(registrations.issue('xiaozhi', ID, '')).toBe(undefined);
    expect(registrations.issue('xiaozhi', ID, 'client')).toEqual(expect.any(String));
    expect(registrations.check('xiaozhi', CANONICAL, thiefs)).toBe('wrong');
    registrations.confirm('xiaozhi', 'other', 'toy', 'its-client');
    expect(registrations.issue('xiaozhi', 'other', 'thief')).toBe(undefined);
    // A device without an entry stays one that was let in.
    registrations.renew('xiaozhi', 'other');
    expect(registrations.confirmed).toEqual([{ protocol: 'xiaozhi', id: 'other', name: 'toy' }]);
    expect(registrations.issue('xiaozhi', 'other', 'any')).toEqual(expect.any(String));
  });

  it('survive a restart, as hashes', () => {
    let saved: readonly Registration[] = [];
    const changed = (all: () => readonly Registration[]) => {
      saved = all();
    };
    const before = new Registrations({ kept: [], changed });
    before.confirm('xiaozhi', ID, 'toy');
    const token = before.issue('xiaozhi', ID, 'client') ?? '';
    expect(JSON.stringify(saved)).not.toContain(token);
    const after = new Registrations({ kept: saved, changed });
    expect(after.check('xiaozhi', CANONICAL, token)).toBe('right');
    expect(after.confirmed).toEqual([{ protocol: 'xiaozhi', id: CANONICAL, name: 'toy' }]);
  });

  it('are remembered of 10,000 devices', () => {
    const registrations = new Registrations();
    const first = registrations.issue('xiaozhi', 'device-0', '');
    for (let number = 1; number <= 10_000; number++) registrations.issue('xiaozhi', `device-${number}`, '');
    expect(registrations.check('xiaozhi', 'device-0', first)).toBe('none');
    expect(registrations.check('xiaozhi', 'device-1', first)).toBe('wrong');
  });
});
