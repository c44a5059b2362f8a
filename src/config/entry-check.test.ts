import { describe, expect, it } from 'vitest';
import { parseDevices } from '../../test/support/devices/devices.ts';

const good = { name: 'kitchen', host: '192.0.2.1' };
const read = (devices: unknown, more: object = {}) =>
  parseDevices(JSON.stringify({ devices, ...more }), '/config/devices.json', { lenient: true, env: { SET: 'token' } });
const names = ({ devices, misconfigured }: ReturnType<typeof read>) => [
  devices.map(({ name }) => name),
  misconfigured.map(({ name }) => name),
];

describe('a devices.json that is read leniently', () => {
  it('has no wrong entries when it is right', () => {
    expect(names(read([good, { ...good, name: 'hall' }]))).toEqual([['kitchen', 'hall'], []]);
  });

  it.each<[string, unknown, string, RegExp]>([
    ['a port as text', { ...good, name: 'hall', port: '80' }, 'hall', /^devices\[1\]\.port: expected .*found "80"$/],
    ['a key that does not exist', { ...good, name: 'hall', colour: 1 }, 'hall', /^devices\[1\]\.colour: unknown key/],
    ['no name', { host: '192.0.2.2' }, 'entry 2', /^devices\[1\]\.name: missing/],
    ['a name that is none', { ...good, name: 'a/b' }, 'entry 2', /^devices\[1\]\.name: do not use "\/"/],
    ['the name of another device', { ...good, name: 'KITCHEN' }, 'KITCHEN (entry 2)', /is the name of devices\[0\]/],
    ['no object', 'hall', 'entry 2', /^devices\[1\]: expected an object, found "hall"$/],
    ['nothing', null, 'entry 2', /^devices\[1\]: expected an object, found null/],
    ['a list', [good], 'entry 2', /^devices\[1\]: expected an object/],
    [
      'a token that is not set',
      { ...good, name: 'hall', tls: true, token_env: 'UNSET' },
      'hall',
      /^devices\[1\]\.token_env: the environment variable of this name is not set$/,
    ],
    [
      'a token file that is not there',
      { ...good, name: 'hall', tls: true, token_file: 'token' },
      'hall',
      /^devices\[1\]\.token_file: /,
    ],
  ])('leaves the others alone when one has %s', (_, entry, name, error) => {
    const config = read([good, entry, { ...good, name: 'robot' }]);
    expect(names(config)).toEqual([['kitchen', 'robot'], [name]]);
    expect(config.misconfigured[0]).toMatchObject({ index: 1, shown: { name } });
    expect(config.misconfigured[0]?.errors.join('\n')).toMatch(error);
  });

  it('shows what can be read of a wrong entry, and no more', () => {
    const entry = { name: 'hall', host: '192.0.2.7', port: 9000, token: 'SECRET', voice: 7, enabled: false };
    const [wrong] = read([entry]).misconfigured;
    expect(wrong?.shown).toMatchObject({
      name: 'hall',
      host: '192.0.2.7',
      port: 9000,
      enabled: false,
      token: undefined,
    });
    expect(JSON.stringify(wrong)).not.toContain('SECRET');
  });

  it('lets the device that is right have the name, and gives every other one of its own', () => {
    const wrong = { name: 'kitchen', port: 0 };
    const config = read([wrong, good, wrong, {}, { name: 'entry 4', host: '192.0.2.9' }, { ...good, name: 'kitchen' }]);
    expect(names(config)).toEqual([
      ['kitchen', 'entry 4'],
      ['kitchen (entry 1)', 'kitchen (entry 3)', 'entry 4 2', 'kitchen (entry 6)'],
    ]);
  });

  it('runs without any device when every entry is wrong', () => {
    expect(names(read([{}, 7]))).toEqual([[], ['entry 1', 'entry 2']]);
  });

  it('warns of keys beside the devices', () => {
    expect(read([good], { device: [] }).warnings).toEqual(['device: unknown key; did you mean "devices"?']);
  });

  it.each([
    ['{"devices": [', /line 1: not valid JSON/],
    ['', /the file is empty/],
    ['[]', /expected an object/],
    ['{}', /devices: missing/],
    ['{"devices": {}}', /devices: expected an array/],
  ])('is refused as a whole: %s', (text, error) => {
    expect(() => parseDevices(text, 'devices.json', { lenient: true })).toThrow(error);
  });
});
