import { X509Certificate } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { parseDevices } from '../../../test/support/devices/devices.ts';
import { type DeviceKind, DialledDevice, tlsFixture } from '../../../test/support/devices/dialled-device.ts';
import type { DeviceConfig } from '../../config/devices-schema.ts';
import { systemClock } from '../../core/clock.ts';
import { parseSettings } from '../../settings.ts';
import { closeOfDialError, tlsErrorCode } from './dial-errors.ts';
import { createDialer, type DialerOptions } from './dial-options.ts';

const CANARY = 'CANARY-5f1d';

async function device(kind: DeviceKind): Promise<DialledDevice> {
  const started = await new DialledDevice(kind).listen();
  onTestFinished(() => started.close());
  return started;
}

/** A device as devices.json has it. */
function entry(fields: Record<string, unknown>): DeviceConfig {
  const [config] = parseDevices(JSON.stringify({ devices: [{ name: 'kitchen', ...fields }] }), 'devices.json').devices;
  if (!config) throw new Error('no device');
  return config;
}

function dialer(options: Partial<DialerOptions> = {}) {
  return createDialer({ allowLoopback: true, clock: systemClock, ...options });
}

/** Dials once. Resolves with 'open' or the error; the socket is gone then. */
async function dial(config: DeviceConfig, options: Partial<DialerOptions> = {}): Promise<'open' | Error> {
  try {
    const { url, options: rest } = dialer(options).prepare(config, '/realtime');
    const socket = new WebSocket(url, { handshakeTimeout: 5_000, perMessageDeflate: false, ...rest });
    const result = await new Promise<'open' | Error>((resolve) => {
      socket.on('open', () => resolve('open'));
      socket.on('error', resolve);
    });
    socket.terminate();
    return result;
  } catch (error) {
    return error as Error;
  }
}

const pinOf = (name: string) => new X509Certificate(readFileSync(tlsFixture(name))).fingerprint256;

describe('the url', () => {
  it.each([
    [{ host: '10.0.0.5' }, 'ws://10.0.0.5:8765/realtime'],
    [{ host: 'fd12::5', port: 80 }, 'ws://[fd12::5]:80/realtime'],
    [{ host: 'esp32.local', tls: true }, 'wss://esp32.local:8765/realtime'],
    [{ host: '0xc0.0xa8.0x1.0x7' }, 'ws://192.168.1.7:8765/realtime'],
  ])('of %j is %s', (fields, url) => {
    expect(dialer().prepare(entry(fields), '/realtime').url).toBe(url);
  });
});

describe('addresses that are refused', () => {
  // reference: rows 10 and 11 of the bad inputs.
  it.each([
    ['169.254.169.254'],
    ['2852039166'],
    ['[::ffff:a9fe:a9fe]'],
    ['[64:ff9b::a9fe:a9fe]'],
    ['fe80::1'],
    ['0.0.0.0'],
    ['0'],
    ['239.1.2.3'],
    ['fd00:ec2::254'],
  ])('%s, whatever the settings', (host) => {
    expect(() => dialer().prepare(entry({ host }), '/')).toThrow(expect.objectContaining({ code: 'address_refused' }));
  });

  it.each(['127.0.0.1', '2130706433', '0x7f.1', '127.1', '①②⑦.0.0.1', '::1', '::ffff:127.0.0.1'])(
    '%s, where loopback is switched off',
    (host) => {
      expect(() => dialer({ allowLoopback: false }).prepare(entry({ host }), '/')).toThrow(/ALLOW_LOOPBACK/);
      expect(dialer().prepare(entry({ host }), '/').url).toMatch(/^ws:/);
    },
  );

  it('a spelling that did not come through devices.json', () => {
    const config = { ...entry({ host: '10.0.0.5' }), host: '2852039166' };
    expect(() => dialer().prepare(config, '/')).toThrow(/169\.254\.169\.254 belongs to the metadata service/);
  });

  it('localhost, where loopback is switched off: nothing reaches it', async () => {
    const target = await device({ kind: 'ws' });
    const config = entry({ host: 'localhost', port: target.port });
    expect(await dial(config, { allowLoopback: false })).toMatchObject({ code: 'address_refused' });
    expect(target.connections).toBe(0);
    expect(await dial(config)).toBe('open');
  });

  it('a name that resolves to an allowed address first and to a forbidden one next', async () => {
    const target = await device({ kind: 'ws' });
    const config = entry({ host: 'rebind.example', port: target.port });
    const answers = ['127.0.0.1', '127.0.0.2', '127.0.0.1'];
    const resolve = async (): Promise<LookupAddress[]> => [{ address: answers.shift() ?? '', family: 4 }];
    const { prepare } = dialer({ cidrs: ['127.0.0.1/32'], resolve });
    const results: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { url, options } = prepare(config, '/');
      const socket = new WebSocket(url, options);
      results.push(
        await new Promise((done) => {
          socket.on('open', () => done('open'));
          socket.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? ''));
        }),
      );
      socket.terminate();
    }
    expect(results).toEqual(['open', 'address_refused', 'open']);
    expect(target.connections).toBe(2);
  });

  it('waits much longer: a setting has to change', async () => {
    const error = await dial(entry({ host: '169.254.169.254' }));
    expect(closeOfDialError(error)).toMatchObject({ kind: 'auth_failed', code: 'address_refused' });
    expect(tlsErrorCode(error)).toBeUndefined();
  });
});

describe('the token and the headers', () => {
  it('arrive over wss', async () => {
    const target = await device({ kind: 'wss', certificate: 'signed.crt' });
    const tls = { ca_file: tlsFixture('authority.crt') };
    const config = entry({
      host: 'localhost',
      port: target.port,
      tls,
      token: CANARY,
      headers: { 'X-Room': 'kitchen' },
    });
    expect(await dial(config)).toBe('open');
    expect(target.upgrades).toMatchObject([
      { url: '/realtime', headers: { authorization: `Bearer ${CANARY}`, 'x-room': 'kitchen' } },
    ]);
  });

  it('arrive over ws when the entry allows it', async () => {
    const target = await device({ kind: 'ws' });
    const config = entry({ host: '127.0.0.1', port: target.port, token: CANARY, allow_plaintext_token: true });
    expect(await dial(config)).toBe('open');
    expect(target.upgrades[0]?.headers.authorization).toBe(`Bearer ${CANARY}`);
    // However it came about that the entry has a token and neither TLS nor a permission.
    expect(await dial({ ...config, allowPlaintextToken: false })).toBe('open');
    expect(target.upgrades[1]?.headers.authorization).toBeUndefined();
  });
});

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a certificate over %s', (version) => {
  const wss = (certificate: string) => device({ kind: 'wss', certificate, version });

  it.each([
    ['signed by itself and pinned', 'self-signed.crt', '127.0.0.1', { fingerprint: pinOf('self-signed.crt') }],
    ['signed by itself and pinned, by name', 'self-signed.crt', 'localhost', { fingerprint: pinOf('self-signed.crt') }],
    ['signed by an authority of ours, by name', 'signed.crt', 'localhost', { ca_file: tlsFixture('authority.crt') }],
    ['signed by an authority of ours, by address', 'signed.crt', '127.0.0.1', { ca_file: tlsFixture('authority.crt') }],
    [
      'for another name that was given',
      'elsewhere.crt',
      '127.0.0.1',
      { ca_file: tlsFixture('authority.crt'), servername: 'elsewhere.example' },
    ],
    [
      'that is its own authority, and pinned',
      'self-signed.crt',
      '127.0.0.1',
      { ca_file: tlsFixture('self-signed.crt'), fingerprint: pinOf('self-signed.crt') },
    ],
    ['that has expired but is pinned', 'expired.crt', '127.0.0.1', { fingerprint: pinOf('expired.crt') }],
  ])('%s is accepted', async (_, certificate, host, tls) => {
    const target = await wss(certificate);
    expect(await dial(entry({ host, port: target.port, tls, token: CANARY }))).toBe('open');
    expect(target.upgrades).toHaveLength(1);
  });

  const authority = { ca_file: tlsFixture('authority.crt') };
  it.each([
    ['signed by itself', 'self-signed.crt', true, /signed by itself: give tls\.fingerprint/],
    ['of an unknown authority', 'signed.crt', true, /authority is not known: give tls\.ca_file/],
    ['of another authority', 'self-signed.crt', authority, /signed by itself/],
    ['for another name', 'elsewhere.crt', authority, /for another name: give tls\.servername/],
    ['that has expired', 'expired.crt', authority, /has expired/],
    ['other than the pinned one', 'self-signed.crt', { fingerprint: pinOf('signed.crt') }, /another certificate.* FF:/],
    [
      'other than the pinned one, of the right authority',
      'signed.crt',
      { ...authority, fingerprint: pinOf('elsewhere.crt') },
      /another certificate/,
    ],
    [
      'that is pinned, but not of the authority',
      'self-signed.crt',
      { ...authority, fingerprint: pinOf('self-signed.crt') },
      /signed by itself/,
    ],
  ])('%s is refused before anything was said', async (_, certificate, tls, message) => {
    const target = await wss(certificate);
    const error = await dial(entry({ host: '127.0.0.1', port: target.port, tls, token: CANARY }));
    expect(tlsErrorCode(error)).toBe('auth_failed');
    const close = closeOfDialError(error);
    expect(close).toMatchObject({ kind: 'auth_failed', code: 'auth_failed', message: expect.stringMatching(message) });
    expect(close?.message).not.toContain(CANARY);
    await expect.poll(() => [target.connections, target.open]).toEqual([1, 0]);
    expect(target.upgrades).toEqual([]);
  });
});

describe('a TLS line', () => {
  it('to a device without TLS is no question of trust', async () => {
    const target = await device({ kind: 'ws' });
    const error = await dial(entry({ host: '127.0.0.1', port: target.port, tls: true }));
    expect(closeOfDialError(error)).toMatchObject({ kind: 'failed', code: 'handshake_rejected' });
  });

  it('to a silent device ends with the timeout, and leaves no socket behind', async () => {
    const target = await device({ kind: 'silent' });
    const { url, options } = dialer().prepare(entry({ host: '127.0.0.1', port: target.port, tls: true }), '/');
    const socket = new WebSocket(url, { ...options, handshakeTimeout: 100 });
    const error = await new Promise<Error>((resolve) => socket.on('error', resolve));
    expect(error.message).toMatch(/handshake has timed out/);
    await expect.poll(() => [target.connections, target.open]).toEqual([1, 0]);
  });

  it('can be given up at any time, and leaves no socket behind', async () => {
    const target = await device({ kind: 'silent' });
    const { url, options } = dialer().prepare(entry({ host: '127.0.0.1', port: target.port, tls: true }), '/');
    const socket = new WebSocket(url, options);
    socket.on('error', () => undefined);
    await expect.poll(() => target.open).toBe(1);
    socket.terminate();
    await expect.poll(() => target.open).toBe(0);
  });

  it('reads its authority anew at every dial, and says when it cannot', async () => {
    const target = await device({ kind: 'wss', certificate: 'signed.crt' });
    const file = join(await mkdtemp(join(tmpdir(), 'dialtone-ca-')), 'ca.pem');
    writeFileSync(file, readFileSync(tlsFixture('self-signed.crt')));
    const config = entry({ host: '127.0.0.1', port: target.port, tls: { ca_file: file } });
    expect(tlsErrorCode(await dial(config))).toBe('auth_failed');
    writeFileSync(file, readFileSync(tlsFixture('authority.crt')));
    expect(await dial(config)).toBe('open');
    writeFileSync(file, 'nothing');
    expect(await dial(config)).toMatchObject({
      code: 'auth_failed',
      message: expect.stringMatching(/tls\.ca_file: .*ca\.pem holds no certificate/),
    });
  });
});

describe('the settings of the dialer', () => {
  it('have defaults that let a laptop with the simulator just work', () => {
    expect(parseSettings({})).toMatchObject({ ALLOW_LOOPBACK: true });
    expect(parseSettings({}).DEVICE_CIDRS).toBeUndefined();
  });

  it('take ranges and single addresses', () => {
    const { ALLOW_LOOPBACK, DEVICE_CIDRS } = parseSettings({
      ALLOW_LOOPBACK: 'false',
      DEVICE_CIDRS: '192.168.1.0/24, fd12::/16,10.0.0.5',
    });
    expect(ALLOW_LOOPBACK).toBe(false);
    const { prepare } = dialer({ cidrs: DEVICE_CIDRS });
    expect(prepare(entry({ host: '192.168.1.9' }), '/').url).toBe('ws://192.168.1.9:8765/');
    expect(() => prepare(entry({ host: '192.168.2.9' }), '/')).toThrow(/outside DEVICE_CIDRS/);
  });

  it.each(['192.168.1.0/33', '300.1.1.1/8', 'esp32.local', '10.0.0.0/8,,'])('refuse %s', (list) => {
    expect(() => parseSettings({ DEVICE_CIDRS: list })).toThrow(/DEVICE_CIDRS.*is no address range/);
  });
});
