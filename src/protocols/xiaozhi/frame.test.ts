import { describe, expect, it } from 'vitest';
import { readFrame, writeFrame } from './frame.ts';

const OPUS = Uint8Array.of(0x58, 1, 2, 3);
const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('binary messages', () => {
  it.each([
    [1, '58010203'],
    [2, '0002 0000 00000000 00000bb8 00000004 58010203'],
    [3, '00 00 0004 58010203'],
  ] as const)('of version %i are those of the firmware', (version, bytes) => {
    expect(Buffer.from(writeFrame(OPUS, version, 3_000)).toString('hex')).toBe(bytes.replaceAll(' ', ''));
    const read = readFrame(hex(bytes), version);
    expect(read).toMatchObject({ type: 'opus', timestampMs: version === 2 ? 3_000 : 0 });
    expect(Array.from(read?.payload ?? [])).toEqual(Array.from(OPUS));
  });

  it('may hold JSON', () => {
    expect(readFrame(hex('01 00 0002 7b7d'), 3)).toMatchObject({ type: 'json' });
    expect(readFrame(hex('0002 0001 00000000 00000000 00000002 7b7d'), 2)).toMatchObject({ type: 'json' });
  });

  it.each([
    ['version 2: shorter than its header', 2, '0002 0000 00000000 00000000 000000'],
    ['version 2: another version', 2, '0003 0000 00000000 00000000 00000004 58010203'],
    ['version 2: more than there is', 2, '0002 0000 00000000 00000000 ffffffff 58010203'],
    ['version 2: less than there is', 2, '0002 0000 00000000 00000000 00000003 58010203'],
    ['version 2: an unknown type', 2, '0002 0007 00000000 00000000 00000004 58010203'],
    ['version 3: shorter than its header', 3, '00 00 00'],
    ['version 3: more than there is', 3, '00 00 ffff 58010203'],
    ['version 3: an unknown type', 3, '07 00 0004 58010203'],
    ['version 3: empty', 3, ''],
  ] as const)('that contradict themselves are none: %s', (_what, version, bytes) => {
    expect(readFrame(hex(bytes), version)).toBe(null);
  });

  it('have time stamps that begin anew after 49 days', () => {
    const bytes = writeFrame(OPUS, 2, 2 ** 32 + 5);
    expect(readFrame(bytes, 2)).toMatchObject({ timestampMs: 5 });
  });
});
