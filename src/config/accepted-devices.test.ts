import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { canonicalId } from './device-id.ts';
import type { DeviceKind, DeviceKinds } from './device-kind.ts';
import { parseDevices } from './devices-file.ts';

const lamp: DeviceKind = {
  id: 'lamp',
  description: 'shines.',
  directions: ['dial'],
  defaultPort: 1,
  defaultPath: '/lamp',
  defaultDuplex: 'full',
  defaultAheadMs: 300,
  hasButton: false,
  fields: {},
};
const bell: DeviceKind = { ...lamp, id: 'bell', description: 'rings.', directions: ['dial', 'accept'] };
const door: DeviceKind = {
  ...lamp,
  id: 'door',
  description: 'knocks.',
  directions: ['accept'],
  fields: { wood: z.enum(['oak', 'ash']).default('oak') },
};
const KINDS: DeviceKinds = [lamp, bell, door];

function read(entries: readonly Readonly<Record<string, unknown>>[], more: Readonly<Record<string, unknown>> = {}) {
  const devices = entries.map((entry, index) => ({ name: `device ${index}`, ...entry }));
  return parseDevices(JSON.stringify({ ...more, devices }), 'd.json', { kinds: KINDS, lenient: true });
}

describe('a device that dials in', () => {
  it('has an id and no address', () => {
    const [device] = read([{ protocol: 'bell', direction: 'accept', id: 'AA:BB:CC:DD:EE:FF' }]).devices;
    expect(device).toMatchObject({ direction: 'accept', id: 'AA:BB:CC:DD:EE:FF', host: '', port: 0 });
  });

  it('needs no direction where its protocol has only one', () => {
    const { devices } = read([{ protocol: 'door', token: 'secret' }]);
    expect(devices[0]).toMatchObject({ direction: 'accept', id: undefined, options: { wood: 'oak' } });
    expect(devices[0]?.token?.reveal()).toBe('secret');
  });

  it('is dialled by default where both are possible', () => {
    expect(read([{ protocol: 'bell', host: '10.0.0.1' }]).devices[0]).toMatchObject({ direction: 'dial', port: 1 });
  });

  it.each([
    [{ protocol: 'door' }, 'devices[0].id: say which device this is'],
    [{ protocol: 'door', id: 'a', host: '10.0.0.1' }, 'devices[0].host: dialtone does not dial a device'],
    [{ protocol: 'door', id: 'a', port: 80 }, 'devices[0].port: dialtone does not dial a device'],
    [{ protocol: 'door', id: 'a', path: '/x' }, 'devices[0].path: dialtone does not dial a device'],
    [{ protocol: 'door', id: 'a', tls: true }, 'devices[0].tls: LISTEN_CERT_FILE decides'],
    [{ protocol: 'door', id: 'a', headers: { A: 'b' } }, 'devices[0].headers: dialtone does not dial a device'],
    [{ protocol: 'door', id: 'with space' }, 'devices[0].id: use visible ASCII characters without spaces'],
    [{ protocol: 'door', id: '' }, 'devices[0].id: give the id that the device says'],
    [
      { protocol: 'door', direction: 'dial', host: '10.0.0.1' },
      'devices[0].direction: expected "accept"; found "dial"',
    ],
    [{ protocol: 'lamp', direction: 'accept', id: 'a' }, 'devices[0].direction: expected "dial"; found "accept"'],
    [{ protocol: 'bell', id: 'a', host: '10.0.0.1' }, 'devices[0].id: only a device that dials in has an id'],
    [
      { protocol: 'bell', direction: 'both', id: 'a' },
      'devices[0].direction: expected one of "dial", "accept"; found "both"',
    ],
  ])('%j: %s', (entry, problem) => {
    const { devices, misconfigured } = read([entry]);
    expect(devices).toEqual([]);
    expect(misconfigured[0]?.errors.join('\n')).toContain(problem);
  });

  it('is not taken for another one', () => {
    const both = [
      { protocol: 'door', id: 'AA:BB:CC:DD:EE:FF' },
      { protocol: 'door', id: 'aabbccddeeff' },
      { protocol: 'bell', direction: 'accept', id: 'aa-bb-cc-dd-ee-ff' },
      { protocol: 'door', token: 'secret' },
      { protocol: 'door', token: 'secret' },
      { protocol: 'door', id: 'other', token: 'secret' },
    ];
    const { devices, misconfigured } = read(both);
    expect(devices.map(({ name }) => name)).toEqual(['device 0', 'device 2', 'device 3', 'device 5']);
    expect(misconfigured.flatMap(({ errors }) => errors)).toEqual([
      expect.stringContaining('devices[1].id: devices[0] has the same id'),
      expect.stringContaining('devices[4].token: devices[3] bears the same token'),
    ]);
    expect(JSON.stringify(misconfigured.flatMap(({ errors }) => errors))).not.toContain('secret');
    expect(() =>
      parseDevices(JSON.stringify({ devices: both.map((d, i) => ({ name: `${i}`, ...d })) }), 'd.json', {
        kinds: KINDS,
      }),
    ).toThrow(/devices\[1\]\.id: devices\[0\] has the same id/);
  });
});

describe('ids', () => {
  it.each([
    ['AA:BB:CC:DD:EE:FF', 'aabb.ccdd.eeff', true],
    ['AA-BB-CC-DD-EE-FF', 'aabbccddeeff', true],
    ['192.168.1.40', '::ffff:192.168.1.40', true],
    ['100.200.100.200', '100200100200', false],
    ['Pin-1', 'pin-1', true],
    ['pin-1', 'pin1', false],
  ])('%s and %s are the same: %s', (one, other, same) => {
    expect(canonicalId(one) === canonicalId(other)).toBe(same);
  });
});

describe('defaults for unknown devices', () => {
  it('are made for every protocol whose devices dial in', () => {
    const { templates, warnings } = read([], { defaults: { door: { voice: 'Gertrude', wood: 'ash' } } });
    expect([...templates.keys()]).toEqual(['bell', 'door']);
    expect(templates.get('door')).toMatchObject({ voice: 'Gertrude', options: { wood: 'ash' }, direction: 'accept' });
    expect(warnings).toEqual([expect.stringContaining('"devices" is empty')]);
  });

  it.each([
    [{ lamp: {} }, 'defaults.lamp: no devices of this protocol dial in: use one of "bell", "door"'],
    [{ door: { name: 'x' } }, 'defaults.door.name: every device has its own: remove it'],
    [{ door: { wood: 'elm' } }, 'defaults.door.wood: expected one of "oak", "ash"; found "elm"'],
    [{ door: { wod: 'oak' } }, 'defaults.door'],
    [{ door: 'oak' }, 'defaults.door: expected an object'],
    ['door', 'defaults: expected an object'],
  ])('%j: %s', (defaults, problem) => {
    expect(read([], { defaults }).warnings.join('\n')).toContain(problem);
    expect(() => parseDevices(JSON.stringify({ defaults, devices: [] }), 'd.json', { kinds: KINDS })).toThrow(problem);
  });
});
