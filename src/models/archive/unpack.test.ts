import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type TarEntry, tar } from '../../../test/support/archives.ts';
import { temporaryFolder } from '../../../test/support/program.ts';
import { unpack } from './unpack.ts';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Unpacks into `inner` of a new folder. */
function setUp(bytes: Buffer, size = 700) {
  const outer = temporaryFolder();
  const inner = join(outer, 'inner');
  mkdirSync(inner);
  return { outer, inner, unpacking: unpack(inPieces(bytes, size), inner) };
}

describe('unpack', () => {
  it.each([1, 512, 100_000])('unpacks files and folders in pieces of %i bytes', async (size) => {
    const long = `m/${'long/'.repeat(15)}file.txt`;
    const { inner, unpacking } = setUp(
      tar([
        { path: './m/', type: '5' },
        { path: './m/tokens.txt', content: 'a 0\n' },
        { path: 'm/empty' },
        { path: 'm/data/en', content: 'x'.repeat(2000) },
        { path: long, content: 'deep' },
      ]),
      size,
    );
    await unpacking;
    expect(readFileSync(join(inner, 'm/tokens.txt'), 'utf8')).toBe('a 0\n');
    expect(readFileSync(join(inner, 'm/empty'), 'utf8')).toBe('');
    expect(readFileSync(join(inner, 'm/data/en'), 'utf8')).toBe('x'.repeat(2000));
    expect(readFileSync(join(inner, long), 'utf8')).toBe('deep');
  });

  it('takes over no rights of files', async () => {
    const bytes = tar([{ path: 'run', content: '#!' }]);
    const { inner, unpacking } = setUp(bytes);
    await unpacking;
    expect(lstatSync(join(inner, 'run')).mode & 0o111).toBe(0);
  });

  it('makes a file of a link to a file of the archive, before it or behind it', async () => {
    const { inner, unpacking } = setUp(
      tar([
        { path: 'm/sub/first.onnx', type: '2', target: '../model.onnx' },
        { path: 'm/model.onnx', content: 'weights' },
        { path: 'm/second.onnx', type: '1', target: 'm/model.onnx' },
      ]),
    );
    await unpacking;
    for (const name of ['m/sub/first.onnx', 'm/second.onnx']) {
      expect(readFileSync(join(inner, name), 'utf8')).toBe('weights');
      expect(lstatSync(join(inner, name)).isFile()).toBe(true);
    }
  });

  it.each<[string, TarEntry[], string]>([
    ['a path that goes up', [{ path: '../evil', content: 'x' }], 'leads out'],
    ['one that goes up later', [{ path: 'm/../../evil', content: 'x' }], 'leads out'],
    ['an absolute path', [{ path: '/evil', content: 'x' }], 'leads out'],
    ['a path of Windows', [{ path: '..\\evil', content: 'x' }], 'leads out'],
    ['a drive of Windows', [{ path: 'C:evil', content: 'x' }], 'leads out'],
    ['a folder that goes up', [{ path: '../evil/', type: '5' }], 'leads out'],
    ['a symbolic link that goes up', [{ path: 'evil', type: '2', target: '../secret' }], 'leads out'],
    ['an absolute symbolic link', [{ path: 'evil', type: '2', target: '/etc/passwd' }], 'leads out'],
    ['a hard link that goes up', [{ path: 'evil', type: '1', target: '../secret' }], 'leads out'],
    ['a link to nothing', [{ path: 'evil', type: '2', target: 'nothing' }], 'no file of it'],
    [
      'a link to a folder',
      [
        { path: 'm/', type: '5' },
        { path: 'evil', type: '2', target: 'm' },
      ],
      'no file of it',
    ],
    [
      'a file behind a link',
      [
        { path: 'm', type: '2', target: '.' },
        { path: 'm/evil', content: 'x' },
      ],
      'no file of it',
    ],
    ['a device', [{ path: 'evil', type: '3' }], 'CharacterDevice'],
    ['a pipe', [{ path: 'evil', type: '6' }], 'FIFO'],
    [
      'a file twice',
      [
        { path: 'm', content: '1' },
        { path: './m', content: '2' },
      ],
      'twice',
    ],
    ['no file', [{ path: 'm/', type: '5' }], 'no file'],
    ['nothing at all', [], ''],
  ])('refuses an archive with %s', async (_, entries, text) => {
    const { outer, unpacking } = setUp(tar(entries));
    await expect(unpacking).rejects.toMatchObject({ code: 'model_bad_file', message: expect.stringContaining(text) });
    expect(readdirSync(outer)).toEqual(['inner']);
    expect(existsSync('/evil')).toBe(false);
  });

  it('names a file of a stranger in one line', async () => {
    const { unpacking } = setUp(tar([{ path: '../\u001b[2J\nline', content: 'x' }]));
    await expect(unpacking).rejects.toThrow('has a file "../?[2J?line" that leads out of its folder');
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 1000)],
    ['no archive', () => Buffer.alloc(5000, 'hello ')],
    [
      'changed',
      (bytes: Buffer) => {
        const changed = Buffer.from(bytes);
        changed[3] = 0x41;
        return changed;
      },
    ],
  ])('refuses what is %s', async (_, spoil) => {
    const { unpacking } = setUp(spoil(tar([{ path: 'model.onnx', content: 'x'.repeat(5000) }])));
    await expect(unpacking).rejects.toMatchObject({ code: 'model_bad_file', message: 'is damaged or cut short' });
  });

  it('refuses more files than any model has', async () => {
    const many = Array.from({ length: 10_001 }, () => ({ path: 'd/', type: '5' }));
    const { unpacking } = setUp(tar(many), 16_384);
    await expect(unpacking).rejects.toThrow('has more than 10000 files');
  });
});
