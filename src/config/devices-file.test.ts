import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDevices, readDevicesFile } from '../../test/support/devices/devices.ts';
import { findDevicesFile } from './devices-file.ts';

function parse(value: unknown) {
  return parseDevices(JSON.stringify(value), 'devices.json');
}

/** The text of the error that reading `value` as devices.json throws. */
function errorOf(value: unknown): string {
  return errorOfText(typeof value === 'string' ? value : JSON.stringify(value));
}

function errorOfText(text: string): string {
  try {
    parseDevices(text, 'devices.json');
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
}

const minimal = { name: 'kitchen', host: '10.0.0.5' };

describe('devices.json', () => {
  it('has the defaults of the original', () => {
    expect(parse({ devices: [minimal] }).devices).toEqual([
      {
        name: 'kitchen',
        host: '10.0.0.5',
        port: 8765,
        protocol: 'realtime',
        path: undefined,
        options: { audio_format: 'auto' },
        voice: 'Watercooler',
        instructions: { type: 'smalltalk' },
        autoReconnect: true,
        reconnectDelayMs: 5_000,
        direction: 'dial',
        enabled: true,
        conversation: {
          duplex: 'full',
          activation: 'always',
          wakeWords: [],
          minSilenceMs: 500,
          maxSilenceMs: 2_500,
          greeting: true,
          longSilenceMs: 7_000,
          goodbye: true,
          idleTimeoutMs: 120_000,
          echoTailMs: 300,
          aheadMs: null,
          leadInMs: 0,
        },
        tls: null,
        token: undefined,
        tools: { deny: [] },
        allowPlaintextToken: false,
        headers: {},
      },
    ]);
  });

  it('reads a file of the original as it is', () => {
    const { devices } = parse({
      devices: [
        {
          name: 'Living Room',
          host: 'esp32.local',
          port: 8766,
          voice: 'Développeuse',
          instructions: { type: 'constant', text: 'Be brief.', language: 'fr' },
          auto_reconnect: false,
          reconnect_delay: 10.0,
          enabled: false,
        },
      ],
    });
    expect(devices[0]).toMatchObject({
      voice: 'Développeuse',
      autoReconnect: false,
      reconnectDelayMs: 10_000,
      enabled: false,
    });
  });

  it('says everything that is wrong at once, where, and what would be right', () => {
    const message = errorOf({
      devices: [
        { host: 'ws://10.0.0.5', port: '8765', reconnect_delay: 0, reconect_delay: 5 },
        {
          name: 'a/b',
          host: '10.0.0.6',
          port: 65536,
          voice: 'Nobody',
          instructions: { type: 'constant' },
          enabled: 'yes',
        },
        { name: 'x', host: 'h:80/../x?', instructions: { type: 'riddles' } },
      ],
    });
    expect(message.split('\n')).toEqual([
      'devices.json has 12 errors:',
      '  - devices[0].name: missing; expected a string',
      '  - devices[0].host: give a bare host name or IP address, without "ws://", path, user or spaces; found "ws://10.0.0.5"',
      '  - devices[0].port: expected a number, found "8765"',
      '  - devices[0].reconnect_delay: expected a number of at least 0.1, found 0',
      '  - devices[0].reconect_delay: unknown key; did you mean "reconnect_delay"?',
      expect.stringMatching(/devices\[1\]\.name: do not use "\/".*found "a\/b"/),
      '  - devices[1].port: expected a number of at most 65535, found 65536',
      expect.stringMatching(/devices\[1\]\.voice: expected one of "Watercooler", .*; found "Nobody"/),
      '  - devices[1].instructions.text: missing; expected a string',
      '  - devices[1].enabled: expected true or false, found "yes"',
      expect.stringMatching(/devices\[2\]\.host: give a bare host name/),
      expect.stringMatching(/devices\[2\]\.instructions\.type: .*riddles/),
    ]);
  });

  it('names the line of each mistake where there are several lines, lenient or not', () => {
    const text =
      '{\n  "devices": [\n    { "name": "hall", "host": "h",\n      "port": 0 },\n    { "name": "attic" }\n  ],\n  "x": 1\n}\n';
    expect(() => parseDevices(text, 'devices.json')).toThrow(
      [
        'devices.json has 3 errors:',
        '  - line 4: devices[0].port: expected a number of at least 1, found 0',
        '  - line 5: devices[1].host: missing; expected a string',
        '  - line 7: x: unknown key',
      ].join('\n'),
    );
    const whole = '{\n  "devices": 5\n}';
    expect(() => parseDevices(whole, 'devices.json', { lenient: true })).toThrow(
      'line 2: devices: expected an array, found 5',
    );
  });

  it('takes the voices of the book it is given, however their letters are composed', () => {
    const read = (voice: string | undefined, names: readonly string[]) =>
      parseDevices(JSON.stringify({ devices: [{ ...minimal, voice }] }), 'devices.json', { voices: names }).devices[0]
        ?.voice;
    expect(read('De\u0301veloppeuse', ['D\u00e9veloppeuse'])).toBe('D\u00e9veloppeuse');
    expect(read('Ann', ['Bea', 'Ann'])).toBe('Ann');
    expect(read(undefined, ['Bea', 'Ann'])).toBe('Bea');
    expect(read(undefined, ['Bea', 'Watercooler'])).toBe('Watercooler');
    expect(() => read('Charles', ['Bea', 'Ann'])).toThrow(
      'devices[0].voice: expected one of "Bea", "Ann"; found "Charles"',
    );
    expect(() => read('ann', ['Bea', 'Ann'])).toThrow(/devices\[0\]\.voice/);
  });

  it.each([
    [
      'two devices of one name',
      [minimal, { ...minimal, name: 'Kitchen' }],
      /devices\[1\]\.name: "Kitchen" is the name of devices\[0\]/,
    ],
    [
      'a port with a fraction',
      [{ ...minimal, port: 8765.5 }],
      /devices\[0\]\.port: expected a whole number, found 8765\.5/,
    ],
    ['a name of 10,000 characters', [{ ...minimal, name: 'x'.repeat(10_000) }], /devices\[0\]\.name: use at most 64/],
    ['a name of 65 letters beyond 16 bits', [{ ...minimal, name: '𝐱'.repeat(65) }], /name: use at most 64/],
    ['a name that turns the line round', [{ ...minimal, name: 'a\u202eb' }], /name: use characters that.*found "a b"/],
    [
      'one name written in two ways',
      [
        { ...minimal, name: 'Caf\u00e9' },
        { ...minimal, name: 'cafe\u0301' },
      ],
      /devices\[1\]\.name: "café" is the name of devices\[0\]/,
    ],
    ['a host with an invisible character', [{ ...minimal, host: 'a\u200bb' }], /host: this is neither a host name nor/],
    ['a host that is nearly an address', [{ ...minimal, host: '10.0.0.256' }], /host: this is neither a host name nor/],
    ['a name with an escape', [{ ...minimal, name: 'a\u001b[31m' }], /devices\[0\]\.name: use characters that/],
    ['a name that climbs', [{ ...minimal, name: '..' }], /devices\[0\]\.name/],
    [
      'instructions of 1 MB',
      [{ ...minimal, instructions: { type: 'constant', text: 'x'.repeat(1e6) } }],
      /instructions\.text: at most 8,000/,
    ],
    ['a delay of 1e13', [{ ...minimal, reconnect_delay: 1e13 }], /expected a number of at most 3600/],
    [
      '10,001 devices',
      Array.from({ length: 10_001 }, (_, index) => ({ ...minimal, name: `d${index}` })),
      /at most 10,000/,
    ],
    ['a device that is a list', [[]], /devices\[0\]: expected an object, found a list/],
  ])('refuses %s', (_, devices, expected) => expect(errorOf({ devices })).toMatch(expected));

  it.each([
    ['an empty file', '', /the file is empty/],
    ['no object', '[]', /the file: expected an object, found a list/],
    ['no devices', '{}', /devices: missing; expected an array/],
    ['text cut short', '{\n"devices": [\n  { "name": "a"', /line 3: not valid JSON/],
    ['a comma too many', '{\n"devices": [],\n}', /line 3: not valid JSON/],
  ])('says what is wrong with %s', (_, text, expected) => expect(errorOfText(text)).toMatch(expected));

  it('accepts names like those of object methods, and looks nothing up in prototypes', () => {
    const { devices } = parse({ devices: [{ ...minimal, name: 'constructor' }] });
    expect(devices[0]?.name).toBe('constructor');
    expect(errorOf('{"devices":[],"__proto__":{}}')).toMatch(/__proto__: unknown key/);
  });

  it('warns of an empty list and of two devices at one address', () => {
    expect(parse({ devices: [] }).warnings).toEqual([expect.stringMatching(/nothing will be dialled/)]);
    expect(parse({ devices: [minimal, { ...minimal, name: 'b' }] }).warnings).toEqual([
      expect.stringMatching(/same address/),
    ]);
    expect(parse({ devices: [minimal, { ...minimal, name: 'b', enabled: false }] }).warnings).toEqual([]);
  });

  it('warns of a key that is written twice, whether the file is read strictly or not, and keeps the last', () => {
    const text = '{"devices": [\n{"name": "a", "host": "10.0.0.1",\n"port": 1,\n"port": 2}]}';
    for (const lenient of [false, true]) {
      const { devices, warnings } = parseDevices(text, 'devices.json', { lenient });
      expect(devices[0]?.port).toBe(2);
      expect(warnings).toEqual([expect.stringContaining('devices[0].port: written twice, on lines 3 and 4')]);
    }
  });

  it('takes a name of 64 letters, however long they are in memory', () => {
    const name = '𝐱'.repeat(64);
    expect(parse({ devices: [{ ...minimal, name }] }).devices[0]?.name).toBe(name);
  });

  it('shows the address that is dialled, however it is written', () => {
    const hosts = ['2130706433', '0x7f.1', '127.1', '①②⑦.0.0.1'];
    const { devices } = parse({ devices: hosts.map((host, index) => ({ name: `d${index}`, host, port: index + 1 })) });
    expect(devices.map(({ host }) => host)).toEqual(hosts.map(() => '127.0.0.1'));
  });

  it('takes an IPv6 host with and without brackets', () => {
    const { devices } = parse({
      devices: [
        { name: 'a', host: '[::1]' },
        { name: 'b', host: 'fe80::1' },
      ],
    });
    expect(devices.map(({ host }) => host)).toEqual(['::1', 'fe80::1']);
  });
});

describe('the file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'dialtone-config-'));
  const path = (name: string) => join(dir, name);

  it('is looked for in order, and its absence is explained', () => {
    writeFileSync(path('b.json'), '{}');
    expect(findDevicesFile(undefined, [path('a.json'), path('b.json')])).toBe(path('b.json'));
    expect(() => findDevicesFile(undefined, [path('a.json'), path('c.json')])).toThrow(
      /a\.json, .*c\.json[\s\S]*cp devices\.example\.json[\s\S]*npm run demo/,
    );
    expect(() => findDevicesFile(path('a.json'), [path('b.json')])).toThrow(/from REMOTE_DEVICES_CONFIG/);
  });

  it('may begin with a byte order mark', () => {
    writeFileSync(path('bom.json'), `\uFEFF${JSON.stringify({ devices: [minimal] })}`);
    expect(readDevicesFile(path('bom.json')).devices).toHaveLength(1);
  });

  it.each([
    ['UTF-16', () => writeFileSync(path('bad'), Buffer.from('\uFEFF{}', 'utf16le')), /UTF-16/],
    ['not UTF-8', () => writeFileSync(path('bad'), Buffer.from([0x7b, 0xc3, 0x28, 0x7d])), /not UTF-8/],
    ['too large', () => writeFileSync(path('bad'), Buffer.alloc(9 * 1024 * 1024, 0x20)), /at most 8388608/],
  ])('is refused when it is %s', (_, write, expected) => {
    write();
    expect(() => readDevicesFile(path('bad'))).toThrow(expected);
  });

  it('is refused when it is a folder, a device or a dangling link', () => {
    mkdirSync(path('folder'));
    symlinkSync(path('nowhere'), path('dangling'));
    for (const file of [path('folder'), '/dev/zero', path('dangling')]) {
      expect(() => readDevicesFile(file)).toThrow(/cannot be read/);
    }
  });
});
