import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseDevices } from '../../../test/support/devices/devices.ts';
import type { DeviceConfig } from '../devices-schema.ts';
import { sameAccess } from './device-access.ts';

const CANARY = 'CANARY-5f1d';
const folder = mkdtempSync(join(tmpdir(), 'dialtone-access-'));
writeFileSync(join(folder, 'kitchen.token'), `${CANARY}\n`);
writeFileSync(join(folder, 'quoted'), `"${CANARY}"\n`);
writeFileSync(join(folder, 'two-lines'), `${CANARY}\n${CANARY}`);

function read(entry: Record<string, unknown>, env: Record<string, string> = {}): DeviceConfig {
  const text = JSON.stringify({ devices: [{ name: 'kitchen', host: '10.0.0.5', ...entry }] });
  const [device] = parseDevices(text, join(folder, 'devices.json'), { env }).devices;
  if (!device) throw new Error('no device');
  return device;
}

function errorOf(entry: Record<string, unknown>, env: Record<string, string> = {}): string {
  try {
    read(entry, env);
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
}

describe('how a device is reached', () => {
  it('is plain ws without a token by default', () => {
    expect(read({})).toMatchObject({ tls: null, token: undefined, allowPlaintextToken: false, headers: {} });
    expect(read({ tls: false }).tls).toBeNull();
  });

  it('takes a fingerprint in any spelling', () => {
    const hex = 'ab'.repeat(32);
    const shown = new Array(32).fill('AB').join(':');
    for (const fingerprint of [hex, hex.toUpperCase(), shown, shown.toLowerCase()]) {
      expect(read({ tls: { fingerprint } }).tls?.fingerprint).toBe(shown);
    }
  });

  it.each([
    ['from the file itself', { token: CANARY }],
    ['from the environment', { token_env: 'KITCHEN_TOKEN' }],
    ['from a file beside devices.json', { token_file: 'kitchen.token' }],
  ])('takes a token %s and shows it nowhere', (_, entry) => {
    const device = read({ ...entry, tls: true, headers: { 'X-Api-Key': CANARY } }, { KITCHEN_TOKEN: CANARY });
    expect(device.token?.reveal()).toBe(CANARY);
    expect(device.headers['X-Api-Key']?.reveal()).toBe(CANARY);
    expect(JSON.stringify(device) + inspect(device, { depth: 9, showHidden: true })).not.toContain(CANARY);
  });

  it('sees that a token changed, though it shows none', () => {
    const before = read({ token: 'one', tls: true, headers: { a: '1', b: '2' } });
    expect(sameAccess(before, read({ token: 'one', tls: true, headers: { b: '2', a: '1' } }))).toBe(true);
    expect(sameAccess(before, read({ token: 'two', tls: true, headers: { a: '1', b: '2' } }))).toBe(false);
    expect(sameAccess(before, read({ token: 'one', tls: true, headers: { a: '1', b: '3' } }))).toBe(false);
    expect(sameAccess(before, read({ token: 'one', tls: { servername: 'x' }, headers: { a: '1', b: '2' } }))).toBe(
      false,
    );
  });
});

describe('what is refused', () => {
  it.each([`"${CANARY}"`, `'${CANARY}'`, `“${CANARY}”`])('a variable that kept its quotation marks: %s', (value) => {
    const message = errorOf({ token_env: 'KITCHEN_TOKEN', tls: true }, { KITCHEN_TOKEN: value });
    expect(message).toMatch(
      /token_env: the environment variable KITCHEN_TOKEN: the value is in quotation marks.*remove/,
    );
    expect(message).not.toContain(CANARY);
  });

  it.each([
    ['a token without TLS', { token: CANARY }, /devices\[0\]\.token: a token needs "tls", or "allow_plaintext_token"/],
    ['two tokens', { token: CANARY, token_env: 'A', tls: true }, /devices\[0\]\.token_env: "token" is given too/],
    ['a token with a space', { token: `${CANARY} x`, tls: true }, /devices\[0\]\.token: use 1 to 1,024/],
    ['a token that is a list', { token: [CANARY], tls: true }, /devices\[0\]\.token: expected a string/],
    ['a token where its name belongs', { token_env: `${CANARY}!`, tls: true }, /token_env: give the name of/],
    ['a variable that is not set', { token_env: 'CANARY_5f1d', tls: true }, /devices\[0\]\.token_env: the environment/],
    ['a file that is not there', { token_file: 'nowhere', tls: true }, /token_file: .*nowhere cannot be read: ENOENT/],
    ['a file that never ends', { token_file: '/dev/zero', tls: true }, /token_file: .*not a regular file/],
    ['a file of two lines', { token_file: 'two-lines', tls: true }, /token_file: two-lines must hold/],
    [
      'a file with quotation marks',
      { token_file: 'quoted', tls: true },
      /the text of quoted is in quotation marks: remove/,
    ],
    ['an authority that is not there', { tls: { ca_file: 'ca.pem' } }, /tls\.ca_file: .*ca\.pem cannot be read/],
    ['an authority that is none', { tls: { ca_file: 'kitchen.token' } }, /tls\.ca_file: .* holds no certificate/],
    ['a short fingerprint', { tls: { fingerprint: 'ab' } }, /devices\[0\]\.tls\.fingerprint: give the SHA-256.*"ab"/],
    ['an address for a name', { tls: { servername: '1.2.3.4' } }, /tls\.servername: give a host name/],
    ['a mistyped key', { tls: { ca_fil: 'x' } }, /devices\[0\]\.tls\.ca_fil: unknown key; did you mean "ca_file"\?/],
    ['tls as a word', { tls: 'yes' }, /devices\[0\]\.tls: expected true, or an object/],
    ['a header of the handshake', { headers: { hOst: CANARY } }, /headers\.hOst: this header belongs to/],
    ['another', { headers: { 'Sec-WebSocket-Key': CANARY } }, /headers\.Sec-WebSocket-Key: this header belongs to/],
    ['a token as a header', { headers: { Authorization: CANARY } }, /headers\.Authorization: use "token"/],
    ['a second header in a value', { headers: { a: `${CANARY}\r\nb: c` } }, /headers\.a: use visible ASCII/],
    ['a name of two lines', { headers: { 'a\r\nb': CANARY } }, /headers\["a\\r\\nb"\]: this is no name/],
    ['one header twice', { headers: { a: CANARY, A: CANARY } }, /headers\.A: this header is given twice/],
    ['a header that is a number', { headers: { a: 5 } }, /headers\.a: expected a string/],
    ['headers of 5 kB', { headers: { a: CANARY.repeat(450) } }, /headers: use at most 4096 bytes/],
    ['21 headers', { headers: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`x${i}`, ''])) }, /at most 20/],
    ['a password in the host', { host: `ws://user:${CANARY}@10.0.0.5` }, /host: give a bare host name/],
  ])('%s', (_, entry, expected) => {
    const message = errorOf(entry);
    expect(message).toMatch(expected);
    expect(message).not.toContain(CANARY);
    expect(message).not.toContain('\r');
  });

  it.each(['{"token": CANARY-5f1d', '{ "token": "CANARY-5f1d" "x" }', '{"token": "CANARY-5f1d', 'CANARY-5f1d'])(
    'and a syntax error quotes nothing: %s',
    (text) => {
      expect(() => parseDevices(text, 'devices.json')).toThrow(/line 1: not valid JSON/);
      expect(() => parseDevices(text, 'devices.json')).not.toThrow(/ANARY/);
    },
  );
});
