import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEVICE_FILE_NAME, deviceFileName } from './device-file-name.ts';

describe('the file name of a device', () => {
  it.each(['kitchen', 'a', 'hall-2', '42', 'x'.repeat(40)])('"%s" is its own', (name) => {
    expect(deviceFileName(name)).toBe(name);
  });

  it.each([
    ['Kitchen', /^kitchen-[0-9a-f]{16}$/],
    ['Living Room', /^living-room-[0-9a-f]{16}$/],
    ['Küche', /^kuche-[0-9a-f]{16}$/],
    ['台所', /^device-[0-9a-f]{16}$/],
    ['con', /^con-[0-9a-f]{16}$/],
    ['kitchen-0123456789abcdef', /^kitchen-0123456789abcdef-[0-9a-f]{16}$/],
    ['../../etc/passwd', /^etc-passwd-[0-9a-f]{16}$/],
    ['a\0b', /^a-b-[0-9a-f]{16}$/],
    ['', /^device-[0-9a-f]{16}$/],
    ['𝒳'.repeat(64), /^x{32}-[0-9a-f]{16}$/],
  ])('of "%s" is readable and safe', (name, pattern) => expect(deviceFileName(name)).toMatch(pattern));

  it('is another one for another name, whatever the disk takes for the same', () => {
    const names = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.constantFrom('a', 'A', 'ä', 'a\u0308', 'Ä', 'a-', '-a', 'a b', 'a_b', 'a.b', 'ﬁ', 'fi', 'K', '\u212a', 'k'),
    );
    fc.assert(
      fc.property(names, names, (one, two) => {
        for (const name of [one, two]) expect(deviceFileName(name)).toMatch(DEVICE_FILE_NAME);
        expect(deviceFileName(one) === deviceFileName(two)).toBe(one === two);
        // A name that is taken from a file name must not lead to that file.
        if (deviceFileName(one) !== one) expect(deviceFileName(deviceFileName(one))).not.toBe(deviceFileName(one));
      }),
      { numRuns: 2_000 },
    );
  });
});
