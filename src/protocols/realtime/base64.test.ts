import { expect, it } from 'vitest';
import { decodeBase64 } from './base64.ts';

it.each([
  ['', ''],
  ['AA==', '00'],
  ['AA', '00'],
  ['AAE=', '0001'],
  ['AAEC', '000102'],
  ['+/+/', 'fbffbf'],
  ['-_-_', 'fbffbf'],
])('decodes %j, padded or not', (text, hex) => {
  expect(decodeBase64(text)?.toString('hex')).toBe(hex);
});

it.each(['A', 'AAECA', 'AA%C', 'AAEC AAEC', 'AA==AAEC', '\u0000', 'ÄÖÜ', '{}', '😀😀'])('refuses %j', (text) => {
  expect(decodeBase64(text)).toBeNull();
});

it('gives back what was encoded, whatever its length', () => {
  for (let length = 0; length < 50; length++) {
    const bytes = Buffer.from(Array.from({ length }, (_, index) => (index * 37 + length) % 256));
    expect(decodeBase64(bytes.toString('base64'))).toEqual(bytes);
  }
});
