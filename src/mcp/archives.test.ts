import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ownArchives, stateArchives } from './archives.ts';

function stateWithFace() {
  const state = mkdtempSync(join(tmpdir(), 'dialtone-archives-'));
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  const folder = join(state, 'avatar-sets');
  mkdirSync(join(folder, 'cats'), { recursive: true });
  writeFileSync(join(folder, 'cats', 'tom.bin'), 'tom');
  writeFileSync(join(state, 'secret'), 'secret');
  symlinkSync(join(state, 'secret'), join(folder, 'link.bin'));
  return { state, folder };
}

it('a client elsewhere names files of one folder', async () => {
  const { state, folder } = stateWithFace();
  const archives = stateArchives(state);
  for (const path of ['cats/tom.bin', './cats/../cats/tom.bin', join(folder, 'cats', 'tom.bin')]) {
    expect(Buffer.from(await archives.read(path)).toString()).toBe('tom');
  }
  for (const path of [
    '../secret',
    join(state, 'secret'),
    'link.bin',
    'cats/none.bin',
    '..',
    '.',
    '',
    '\0',
    '/',
    'a'.repeat(5_000),
  ]) {
    await expect(archives.read(path), path).rejects.toThrow(
      'there is no such file: over HTTP it is a file in the folder',
    );
  }
  await expect(archives.read('cats')).rejects.toThrow('that is no file');
});

it('without a folder a client is told what to do', async () => {
  await expect(stateArchives(undefined).read('a')).rejects.toThrow('use "dialtone mcp"');
  await expect(stateArchives('/nowhere').read('a')).rejects.toThrow('there is no such file');
});

it('what cannot be a set is not read', async () => {
  const { folder } = stateWithFace();
  const { read } = ownArchives();
  const file = join(folder, 'x.bin');
  writeFileSync(file, '');
  await expect(read(file)).rejects.toThrow('0 bytes');
  truncateSync(file, 4 * 1024 * 1024 + 1);
  await expect(read(file)).rejects.toThrow('4194305 bytes');
  truncateSync(file, 4 * 1024 * 1024);
  expect((await read(file)).length).toBe(4 * 1024 * 1024);
  await expect(read(folder)).rejects.toThrow('that is no file');
  await expect(read('/dev/zero')).rejects.toThrow('that is no file');
  await expect(read(join(folder, 'none'))).rejects.toThrow('cannot be read');
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  await expect(read(pipe)).rejects.toThrow('that is no file');
});
