import { describe, expect, it } from 'vitest';
import { deviceConfig } from '../../../test/support/devices/devices.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import type { Arrival } from '../../transport/arrival.ts';
import { AcceptIndex } from './accept-index.ts';
import { AdoptedDevices } from './adopted-devices.ts';
import { adoptedName } from './adopted-name.ts';
import { identityOf } from './identity.ts';
import { UnknownDevices } from './unknown-devices.ts';

function arrival(query = '', headers: Record<string, string> = {}, address = '10.0.0.9'): Arrival {
  return { path: '/ws', query: new URLSearchParams(query), headers, address, isSecure: false };
}

describe('who a device says it is', () => {
  it.each([
    ['', {}, ['10.0.0.9'], undefined],
    [
      '',
      { 'device-id': 'AA:BB:CC:DD:EE:FF', 'client-id': 'uuid' },
      ['AA:BB:CC:DD:EE:FF', 'uuid', '10.0.0.9'],
      undefined,
    ],
    ['', { authorization: 'Bearer secret' }, ['10.0.0.9'], 'secret'],
    ['', { authorization: 'bearer secret' }, ['10.0.0.9'], 'secret'],
    ['', { authorization: 'secret' }, ['10.0.0.9'], 'secret'],
    ['', { authorization: 'a token with spaces' }, ['10.0.0.9'], 'a token with spaces'],
    ['session=changes&token=secret', {}, ['10.0.0.9'], 'secret'],
    ['id=&token=', { authorization: '' }, ['10.0.0.9'], undefined],
    ['id=with%20space', {}, ['10.0.0.9'], undefined],
    [`id=${'x'.repeat(500)}`, {}, ['10.0.0.9'], undefined],
    ['id=line%0Abreak&device_id=%00', {}, ['10.0.0.9'], undefined],
  ])('%s %j', (query, headers, ids, token) => {
    expect(identityOf(arrival(query, headers))).toEqual({ ids, token });
  });
});

describe('which device it is', () => {
  const accept = (name: string, more: Record<string, unknown>) =>
    deviceConfig({ name, host: undefined, protocol: 'pcm', direction: 'accept', ...more });
  const index = new AcceptIndex([
    accept('by id', { id: 'one' }),
    accept('by both', { id: 'two', token: 'token-2' }),
    accept('by token', { token: 'token-3' }),
    accept('by address', { id: '10.0.0.7' }),
    deviceConfig({ name: 'dialled', protocol: 'pcm' }),
  ]);
  const find = (query: string, address?: string) => index.find('pcm', identityOf(arrival(query, {}, address)));

  it.each([
    ['id=ONE', { type: 'known', name: 'by id' }],
    ['id=two&token=token-2', { type: 'known', name: 'by both' }],
    ['id=two', { type: 'wrong_token', name: 'by both' }],
    ['id=two&token=token-3', { type: 'wrong_token', name: 'by both' }],
    ['id=any&token=token-3', { type: 'known', name: 'by token' }],
    ['token=token-2', { type: 'unknown' }],
    ['id=dialled', { type: 'unknown' }],
    ['', { type: 'unknown' }],
  ])('%s: %j', (query, expected) => {
    expect(find(query)).toEqual(expected);
  });

  it('is known by its address when it says nothing', () => {
    expect(find('', '10.0.0.7')).toEqual({ type: 'known', name: 'by address' });
  });

  it('is of its own protocol only', () => {
    expect(index.find('realtime', identityOf(arrival('id=one')))).toEqual({ type: 'unknown' });
  });

  it('is any where an entry is for any; a token that dialtone has given counts', () => {
    const issued = {
      check: (_protocol: string, id: string, token: string | undefined) =>
        (id !== 'given' ? 'none' : token === 'right' ? 'right' : 'wrong') as 'none' | 'right' | 'wrong',
    };
    const any = new AcceptIndex([accept('any', { id: '*' })], issued);
    expect(any.find('pcm', identityOf(arrival('id=other')))).toEqual({ type: 'known', name: 'any' });
    expect(any.find('pcm', identityOf(arrival('id=given')))).toEqual({ type: 'wrong_token', name: 'any' });
    expect(any.find('pcm', identityOf(arrival('id=given&token=right')))).toEqual({ type: 'known', name: 'any' });
  });
});

describe('devices that are unknown', () => {
  it('are remembered by their id, a hundred of them', () => {
    const clock = new ManualClock();
    const unknown = new UnknownDevices(clock);
    const refuse = (id: string) => {
      const one = arrival(`id=${id}`, { 'user-agent': `esp32\u202e${'x'.repeat(300)}` });
      return unknown.refused('pcm', identityOf(one), one, 'unknown_device');
    };
    for (let count = 0; count < 150; count++) refuse(`device-${count}`);
    expect(unknown.list).toHaveLength(100);
    expect(unknown.list[0]).toMatchObject({ id: 'device-149', attempts: 1, address: '10.0.0.9', bearsToken: false });
    expect(unknown.list[0]?.userAgent?.length).toBe(120);
    expect(unknown.list[0]?.userAgent).not.toContain('\u202e');
    expect(refuse('DEVICE-60').attempts).toBe(2);
    expect(unknown.list[0]?.id).toBe('DEVICE-60');
    unknown.forget('pcm', identityOf(arrival('id=device-60')));
    expect(unknown.list).toHaveLength(99);
  });

  it('that are taken have a name of their own', () => {
    expect(adoptedName('xiaozhi', 'AA:BB:CC:DD:EE:FF', () => false)).toBe('xiaozhi-aabbccddeeff');
    expect(adoptedName('pcm', '../../<script>', () => false)).toBe('pcm-..-..-script');
    expect(adoptedName('pcm', 'x'.repeat(128), () => false)).toHaveLength(56);
    expect(adoptedName('pcm', 'a', (name) => name === 'pcm-a' || name === 'pcm-a-2')).toBe('pcm-a-3');
  });

  it('are taken under the template of their protocol, and at last one that is away is forgotten', () => {
    const template = deviceConfig({
      name: 'template',
      host: undefined,
      protocol: 'pcm',
      direction: 'accept',
      id: 'template',
      voice: 'Gertrude',
    });
    const adopted = new AdoptedDevices(true);
    expect(
      adopted.adopt(
        'pcm',
        'early',
        () => false,
        () => true,
      ),
    ).toEqual({});
    expect(adopted.under(new Map([['pcm', template]]), [])).toEqual([]);
    const adopt = (id: string, isAway = (_name: string) => true) => adopted.adopt('pcm', id, () => false, isAway);
    expect(adopt('one').adopted).toMatchObject({ name: 'pcm-one', id: 'one', voice: 'Gertrude' });
    for (let count = 1; count < 1_000; count++) adopt(`device-${count}`);
    expect(adopt('more', () => false)).toEqual({});
    expect(adopt('more', (name) => name === 'pcm-device-7').forgotten).toBe('pcm-device-7');
    const own = deviceConfig({ name: 'mine', host: undefined, protocol: 'pcm', direction: 'accept', id: 'ONE' });
    const left = adopted.under(new Map([['pcm', { ...template, voice: 'Charles' }]]), [own]);
    expect(left).toHaveLength(999);
    expect(left[0]).toMatchObject({ voice: 'Charles', name: 'pcm-device-1' });
    expect(adopted.under(new Map(), [])).toEqual([]);
  });
});
