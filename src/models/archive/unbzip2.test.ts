import { describe, expect, it } from 'vitest';
import { bzip2 } from '../../../test/support/archives.ts';
import { unbzip2 } from './unbzip2.ts';

/**
 * "dialtone\n" ten times, and 1 MB of zeros, as the bzip2 program packs them (python3: bz2.compress, base64): not packed by
 * the tests themselves.
 */
const BY_BZIP2 = 'QlpoOTFBWSZTWQVfprEAAA7BgAAQJiWEACAAIKVAjCDJiNJtMp8nE4n6dTqeF3JFOFCQBV+msQ==';
const ZEROS = 'QlpoOTFBWSZTWXnTnkgAB6jAQMAAAAIACCAAMMwJqmmVJDapSQ8XckU4UJB5055I';

async function* pieces(packed: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < packed.length; at += size) yield packed.subarray(at, at + size);
}

async function unpacked(packed: Uint8Array, { size = 1000, maxBytes = 10_000_000 } = {}): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of unbzip2(pieces(packed, size), maxBytes)) all.push(piece);
  return Buffer.concat(all);
}

describe('unbzip2', () => {
  it.each([1, 7, 1000])('unpacks in pieces of %i bytes', async (size) => {
    expect((await unpacked(Buffer.from(BY_BZIP2, 'base64'), { size })).toString()).toBe('dialtone\n'.repeat(10));
  });

  it('unpacks one file behind another, as pbzip2 writes them', async () => {
    const two = Buffer.concat([bzip2(Buffer.from('one, ')), bzip2(Buffer.from('two'))]);
    expect((await unpacked(two)).toString()).toBe('one, two');
  });

  it.each([
    ['empty', () => Buffer.alloc(0)],
    ['cut short', (packed: Buffer) => packed.subarray(0, packed.length - 12)],
    ['without its end', (packed: Buffer) => packed.subarray(0, packed.length - 10)],
    ['something else', () => Buffer.from('<html>not found</html>'.repeat(100))],
    [
      'changed by a bit',
      (packed: Buffer) => {
        const changed = Buffer.from(packed);
        changed[packed.length - 14] = (changed[packed.length - 14] ?? 0) ^ 1;
        return changed;
      },
    ],
  ])('refuses what is %s', async (_, spoil) => {
    const packed = spoil(bzip2(Buffer.from('some text that is long enough to have a middle')));
    await expect(unpacked(packed)).rejects.toMatchObject({
      code: 'model_bad_file',
      message: 'is damaged or cut short',
    });
  });

  it('refuses what unpacks to more than it may', async () => {
    const zeros = Buffer.from(ZEROS, 'base64');
    expect(await unpacked(zeros)).toHaveLength(1_000_000);
    await expect(unpacked(zeros, { maxBytes: 999_999 })).rejects.toMatchObject({
      code: 'model_bad_file',
      message: expect.stringContaining('unpacks to more than'),
    });
  });
});
