import { describe, expect, it } from 'vitest';
import { normaliseHost } from './host.ts';

describe('the host of a device', () => {
  it.each([
    ['2130706433', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['0177.0.0.1', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['127.0.0.1.', '127.0.0.1'],
    ['①②⑦.0.0.1', '127.0.0.1'],
    ['１６９。254。169。254', '169.254.169.254'],
    ['[::1]', '::1'],
    ['::0001', '::1'],
    ['[::ffff:169.254.169.254]', '::ffff:a9fe:a9fe'],
    ['FE80::1', 'fe80::1'],
    ['10.0.0.5', '10.0.0.5'],
  ])('%s is the address %s', (written, dialled) => expect(normaliseHost(written)).toBe(dialled));

  it.each(['esp32.local', 'Küche.local', 'esp32_a.lan', 'ESP32'])('%s stays a name', (name) => {
    expect(normaliseHost(name)).toBe(name);
  });

  it.each([
    '',
    'a b',
    'a@b',
    'a/b',
    'a%2eb',
    'a"b',
    'a\u200bb',
    'a\u202eb',
    'a\nb',
    '[::1',
    '::1]',
    '1.2.3.4.5',
    '256.1.1.1',
  ])('%j is refused', (text) => expect(normaliseHost(text)).toBeUndefined());
});
