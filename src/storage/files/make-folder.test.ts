import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeFolder, makeFolderSync } from './make-folder.ts';

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-folders-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe.each([
  ['makeFolder', makeFolder],
  ['makeFolderSync', async (path: string) => makeFolderSync(path)],
])('%s', (_, make) => {
  it('makes what is missing, for its owner alone, and takes what is there', async () => {
    const path = join(temporary(), 'a', 'b', 'c');
    await make(path);
    await make(path);
    for (const folder of [path, join(path, '..')]) expect(statSync(folder).mode & 0o777).toBe(0o700);
    await make('/');
    await make('.');
  });

  it('fails where a file is in the way, and names it', async () => {
    const file = join(temporary(), 'file');
    writeFileSync(file, '');
    await expect(make(file)).rejects.toThrow('EEXIST');
    await expect(make(join(file, 'x'))).rejects.toThrow('ENOTDIR');
  });

  it.skipIf(!existsSync('/proc/self'))('fails where a folder that is there takes no other', async () => {
    await expect(make('/proc/x/y')).rejects.toThrow(/ENOENT.*\/proc\/x/);
  });
});

it.each(['makeFolder', 'makeFolderSync'])('%s fails when the working directory is gone', async (name) => {
  const cwd = temporary();
  const program = `
    import { rmSync } from 'node:fs';
    import { ${name} } from ${JSON.stringify(fileURLToPath(new URL('../../../dist/storage/files/make-folder.js', import.meta.url)))};
    rmSync(${JSON.stringify(cwd)}, { recursive: true });
    try { await ${name}('state/history'); } catch (error) { process.stdout.write(error.code); }`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { cwd });
  expect(stdout).toBe('ENOENT');
});
