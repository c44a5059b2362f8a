// Compiles src and device-sim into dist, one build at a time: `npm run demo` twice in the same second, or beside `npm test`,
// would otherwise write the same files at once. The second build waits for the first, and then has nothing left to do.
//
//   npm run build
//   node scripts/build.mjs test/fakes/tsconfig.json    and what that project holds, for development only

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROJECTS = ['tsconfig.build.json', 'device-sim/tsconfig.json', ...process.argv.slice(2)];
/** Pages are served as they are; in dist each is where its server looks for it. */
const PAGES = [
  [join('device-sim', 'web', 'page'), join('dist', 'device-sim', 'web', 'page')],
  [join('src', 'http', 'console', 'page'), join('dist', 'http', 'console', 'page')],
];
/** Holds the process id of the build that is under way. */
const LOCK = join('dist', '.building');
/** An older lock was left behind by a build that was killed, milliseconds. A build takes a few seconds. */
const STALE_MS = 120_000;
/** How often a waiting build looks, milliseconds. */
const LOOK_MS = 50;

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
checkNode();
const tsc = compiler();
try {
  while (!takeLock()) {
    removeStaleLock();
    await sleep(LOOK_MS);
  }
} catch (error) {
  refused(error);
}
try {
  process.exitCode = build();
} finally {
  rmSync(LOCK, { force: true });
}

/** An old Node would fail at something that it does not know. `dialtone` itself says the same: src/cli/node-version.ts. */
function checkNode() {
  const oldest = JSON.parse(readFileSync('package.json', 'utf8')).engines.node.replace('>=', '');
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [least, leastMinor] = oldest.split('.').map(Number);
  if (major > least || (major === least && minor >= leastMinor)) return;
  end(1, `dialtone needs Node ${oldest} or newer, and this is ${process.version}: install one from https://nodejs.org`);
}

/** The path of the TypeScript compiler. */
function compiler() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  } catch {
    return end(1, 'the packages are not installed: run npm ci first');
  }
}

/** The folder belongs to another user, or is read-only: what is built there already can still be run. */
function refused(error) {
  if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
  const folder = join(process.cwd(), 'dist');
  if (existsSync(join('dist', 'main.js'))) end(0, `${folder} cannot be written (${error.code}): it is used as it is`);
  end(1, `${folder} cannot be written (${error.code}): run npm run build as the owner of the folder first`);
}

function end(code, text) {
  console.error(text);
  process.exit(code);
}

/** Returns the compiler's exit code; it prints its own errors. */
function build() {
  for (const project of PROJECTS) {
    const { status, error } = spawnSync(process.execPath, [tsc, '-p', project], { stdio: 'inherit' });
    if (error) throw error;
    if (status !== 0) return status ?? 1;
  }
  for (const [from, to] of PAGES) {
    if (existsSync(from)) cpSync(from, to, { recursive: true });
  }
  return 0;
}

function takeLock() {
  mkdirSync(dirname(LOCK), { recursive: true });
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function removeStaleLock() {
  try {
    const owner = readFileSync(LOCK, 'utf8');
    if (isRunning(Number(owner)) && Date.now() - statSync(LOCK).mtimeMs < STALE_MS) return;
    const aside = `${LOCK}.${process.pid}`;
    renameSync(LOCK, aside);
    // Another waiting build was faster, and this is its own new lock: it gets it back.
    if (readFileSync(aside, 'utf8') === owner) rmSync(aside);
    else renameSync(aside, LOCK);
  } catch (error) {
    // It has just been removed.
    if (error.code !== 'ENOENT') throw error;
  }
}

/** A lock is empty, 0, for the moment before its owner has written into it. */
function isRunning(pid) {
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
