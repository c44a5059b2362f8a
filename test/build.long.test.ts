import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from './support/program.ts';

/** A compiler that ends with 3 when another one is at work in the same project, and writes down what it was asked for. */
const COMPILER = `
  const fs = require('node:fs');
  try {
    fs.mkdirSync('compiling');
  } catch {
    process.exit(3);
  }
  setTimeout(() => {
    fs.rmdirSync('compiling');
    fs.appendFileSync('compiled', process.argv.slice(2).join(' ') + '\\n');
    process.exitCode = fs.existsSync('broken') ? 2 : 0;
  }, 20);`;

/** A project with the build script and that compiler. */
function project(oldestNode = '20.19'): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ engines: { node: `>=${oldestNode}` } }));
  const typescript = join(folder, 'node_modules', 'typescript');
  mkdirSync(join(typescript, 'bin'), { recursive: true });
  writeFileSync(join(typescript, 'package.json'), '{}');
  writeFileSync(join(typescript, 'bin', 'tsc'), COMPILER);
  cpSync(new URL('../scripts/build.mjs', import.meta.url), join(folder, 'scripts', 'build.mjs'));
  return folder;
}

const build = (folder: string) => promisify(execFile)(process.execPath, [join(folder, 'scripts', 'build.mjs')]);
const compiled = (folder: string) => readFileSync(join(folder, 'compiled'), 'utf8').trimEnd().split('\n');

it('builds both projects, one build after another when several begin at once', async () => {
  const folder = project();
  await Promise.all(Array.from({ length: 4 }, () => build(folder)));
  const both = ['-p tsconfig.build.json', '-p device-sim/tsconfig.json'];
  expect(compiled(folder)).toEqual([...both, ...both, ...both, ...both]);
  expect(readdirSync(join(folder, 'dist'))).toEqual([]);
});

it('ends with the code of the compiler, and the next build goes on', async () => {
  const folder = project();
  writeFileSync(join(folder, 'broken'), '');
  await expect(build(folder)).rejects.toMatchObject({ code: 2 });
  expect(compiled(folder)).toEqual(['-p tsconfig.build.json']);
  await expect(build(folder)).rejects.toMatchObject({ code: 2 });
});

it('does not wait for a build that was killed', async () => {
  const folder = project();
  mkdirSync(join(folder, 'dist'));
  // No process has this id: it is beyond the largest one that Linux gives.
  writeFileSync(join(folder, 'dist', '.building'), String(2 ** 22 + 1));
  await Promise.all([build(folder), build(folder)]);
  expect(existsSync(join(folder, 'dist', '.building'))).toBe(false);
});

it('says which Node it needs, and that the packages are missing, before it begins', async () => {
  await expect(build(project('99.5'))).rejects.toMatchObject({
    code: 1,
    stderr: `dialtone needs Node 99.5 or newer, and this is ${process.version}: install one from https://nodejs.org\n`,
  });
  const folder = project();
  rmSync(join(folder, 'node_modules'), { recursive: true });
  await expect(build(folder)).rejects.toMatchObject({
    code: 1,
    stderr: 'the packages are not installed: run npm ci first\n',
  });
});

it('uses what is built where it may not write, or says who must build first', async () => {
  const folder = project();
  const dist = join(folder, 'dist');
  mkdirSync(dist);
  for (const path of [dist, folder]) chmodSync(path, 0o555);
  onTestFinished(() => chmodSync(dist, 0o755));
  // Root may write everywhere. Another user may not be allowed to start this Node: it is another one from then on.
  const become = 'data:text/javascript,process.setgroups([]);process.setgid(65534);process.setuid(65534)';
  const other = process.getuid?.() === 0 ? ['--import', become] : [];
  const run = () => promisify(execFile)(process.execPath, [...other, join(folder, 'scripts', 'build.mjs')]);
  await expect(run()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('as the owner of the folder') });
  chmodSync(dist, 0o755);
  writeFileSync(join(dist, 'main.js'), '');
  chmodSync(dist, 0o555);
  expect((await run()).stderr).toBe(`${dist} cannot be written (EACCES): it is used as it is\n`);
  expect(existsSync(join(folder, 'compiled'))).toBe(false);
});
