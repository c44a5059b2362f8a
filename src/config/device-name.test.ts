import { describe, expect, it } from 'vitest';
import { nameSchema } from './device-name.ts';

describe('the name of a device', () => {
  it.each([
    'kitchen',
    "Bob's room",
    'Kitchen (upstairs)',
    'Kitchen & hall',
    'Küche 🍳',
    'रसोई',
    'ห้องครัว',
    'حمام الضيوف',
    'キッチン　二階',
    '葛\u{e0100}城',
    'Salle\u00a01',
    '1st floor, left: "the big one"',
    '#1',
    '100 %',
    'a?b=c&d#e',
    'C:\\speaker',
    '...',
    '-',
    '👩‍👩‍👧 room',
    '❤️',
    '1️⃣',
    '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
    'क्‍ष',
    'status',
    'by-name',
    '__proto__',
    '𝐱'.repeat(64),
  ])('may be "%s"', (name) => {
    expect(nameSchema.parse(name)).toBe(name.normalize('NFC'));
  });

  it('is composed, however it was typed', () => {
    expect(nameSchema.parse('Cafe\u0301')).toBe('Caf\u00e9');
  });

  it.each([
    ['', 'give the device a name'],
    ['a/b', 'do not use "/"'],
    ['.', 'another name'],
    ['..', 'another name'],
    [' a', 'space'],
    ['a ', 'space'],
    ['a\u3000', 'space'],
    ['\u0301a', 'lone accent'],
    ['a\nb', 'printed'],
    ['a\u001b[31m', 'printed'],
    ['a\u0085b', 'printed'],
    ['a\u2028b', 'printed'],
    ['a\u202eb', 'printed'],
    ['a\u2066b', 'printed'],
    ['a\u200fb', 'printed'],
    ['a\u200bb', 'printed'],
    ['\u200da', 'printed'],
    ['a\u00adb', 'printed'],
    ['a\u3164', 'printed'],
    ['a\ud800', 'printed'],
    ['a\uffff', 'printed'],
    ['a\ue000', 'printed'],
    ['a\u{e0041}', 'printed'],
    ['x'.repeat(65), 'at most 64'],
    ['𝐱'.repeat(65), 'at most 64'],
    ['x'.repeat(10_000), 'at most 64'],
  ])('is never %j', (name, why) => {
    expect(
      nameSchema
        .safeParse(name)
        .error?.issues.map(({ message }) => message)
        .join('; '),
    ).toContain(why);
  });
});
