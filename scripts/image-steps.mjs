// Does what `docker build` and `docker run` would do, without Docker: carries out the Dockerfile's own COPY and RUN
// steps on a clean copy of the project in a temporary folder, with the Node found here, then starts the result as the
// image's user beside the simulated device of the compose file, and asks it by the Dockerfile's own health check.
// What it cannot show: the base image, the mounts and the kernel's limits.
//
//   npm run image-steps            (--keep: leave the folder there)

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { contextFilter, parseDockerfile, words } from './dockerfile.mjs';

const project = fileURLToPath(new URL('..', import.meta.url));
const keep = process.argv.includes('--keep');

/** How long the backend may take until it is alive and its device connected, milliseconds. */
const START_MS = 60_000;
/** How long it may take to end after SIGTERM: the compose file's stop_grace_period, milliseconds. */
const STOP_MS = 15_000;

const temp = mkdtempSync(join(tmpdir(), 'dialtone-image-'));
const children = [];
try {
  // The image's user must be able to get at it.
  chmodSync(temp, 0o755);
  const context = join(temp, 'context');
  copyContext(context);
  const image = build(context);
  inspect(image);
  await run(image);
  say('the image works');
} catch (error) {
  process.exitCode = 1;
  console.error(`image-steps: ${error.message}`);
} finally {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  if (keep) say(`left there: ${temp}`);
  else rmSync(temp, { recursive: true, force: true });
}

function say(text) {
  console.log(`image-steps: ${text}`);
}

function check(condition, text) {
  if (!condition) throw new Error(text);
}

/** The build context: what git knows or would know, less what .dockerignore names. */
function copyContext(context) {
  const inContext = contextFilter(readFileSync(join(project, '.dockerignore'), 'utf8'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: project,
    encoding: 'utf8',
  });
  let files = 0;
  for (const path of new Set(listed.split('\0'))) {
    if (path === '' || !inContext(path) || !existsSync(join(project, path))) continue;
    mkdirSync(dirname(join(context, path)), { recursive: true });
    cpSync(join(project, path), join(context, path));
    files += 1;
  }
  say(`build context: ${files} files`);
}

/** Carries out every stage; returns the last one. */
function build(context) {
  const stages = [];
  for (const [index, { base, name, instructions }] of parseDockerfile(
    readFileSync(join(project, 'Dockerfile'), 'utf8'),
  ).entries()) {
    const stage = { name, root: join(temp, `stage-${index}`), cwd: '/', env: {} };
    mkdirSync(stage.root);
    stages.push(stage);
    say(`FROM ${base} (here: Node ${process.version})${name ? ` AS ${name}` : ''}`);
    for (const instruction of instructions) carryOut(instruction, stage, stages, context);
  }
  return stages.at(-1);
}

function carryOut({ op, flags, rest }, stage, stages, context) {
  say(`  ${op} ${rest}`);
  switch (op) {
    case 'WORKDIR':
      stage.cwd = posix.resolve(stage.cwd, rest);
      mkdirSync(inside(stage), { recursive: true });
      return;
    case 'ENV':
      for (const pair of words(rest)) {
        const [, key, value] = /^(\w+)=(.*)$/.exec(pair) ?? [];
        check(key, `ENV ${pair} is not understood here: write NAME=value`);
        stage.env[key] = value;
      }
      return;
    case 'COPY': {
      const from = flags.from === undefined ? context : stages.find(({ name }) => name === flags.from)?.root;
      check(from, `COPY --from=${flags.from}: no such stage`);
      copy(words(rest), from, stage);
      return;
    }
    case 'RUN': {
      check(!/(^|\s)\//.test(rest), `RUN ${rest}: an absolute path would leave the stage's folder`);
      const env = { PATH: process.env.PATH, HOME: temp, npm_config_cache: npmCache(), ...stage.env };
      const { status, error } = spawnSync('/bin/sh', ['-c', rest], { cwd: inside(stage), env, stdio: 'inherit' });
      check(status === 0, `RUN ${rest} ended with ${error?.message ?? status}`);
      return;
    }
    case 'USER':
      [stage.uid, stage.gid] = rest.split(':').map(Number);
      check(stage.uid > 0 && stage.gid > 0, `USER ${rest}: a number other than 0 is wanted`);
      return;
    case 'HEALTHCHECK':
      check(rest.startsWith('CMD ['), 'HEALTHCHECK: the JSON form is wanted');
      stage.healthcheck = words(rest.slice('CMD '.length));
      return;
    case 'ENTRYPOINT':
      check(rest.startsWith('['), 'ENTRYPOINT: the JSON form is wanted, so that signals arrive');
      stage.entrypoint = words(rest);
      return;
    case 'STOPSIGNAL':
      stage.stopSignal = rest;
      return;
    case 'EXPOSE':
    case 'LABEL':
      return;
    default:
      throw new Error(`${op} is not understood here: teach scripts/image-steps.mjs`);
  }
}

/** The user's own npm cache, so that packages are not fetched anew. */
function npmCache() {
  return execFileSync('npm', ['config', 'get', 'cache'], { cwd: project, encoding: 'utf8' }).trim();
}

/** A path of a stage, as it is on this machine. */
function inside(stage, path = '.') {
  return join(stage.root, posix.resolve(stage.cwd, path));
}

/** COPY as Docker does it: of a folder the contents, of a file itself. */
function copy(paths, from, stage) {
  const target = paths.at(-1);
  const sources = paths.slice(0, -1);
  const intoFolder = target.endsWith('/') || sources.length > 1;
  for (const source of sources) {
    const path = join(from, source);
    check(existsSync(path), `COPY ${source}: there is nothing of this name`);
    const isFolder = statSync(path).isDirectory();
    const end = inside(stage, !isFolder && intoFolder ? posix.join(target, posix.basename(source)) : target);
    mkdirSync(dirname(end), { recursive: true });
    cpSync(path, end, { recursive: true, verbatimSymlinks: true });
  }
}

/** What must and must not be in the image. */
function inspect(image) {
  check(image.uid, 'the image has no USER');
  check(image.entrypoint && image.healthcheck, 'the image has no ENTRYPOINT or no HEALTHCHECK');
  for (const path of ['dist/main.js', 'dist/device-sim/main.js', 'assets', 'package.json']) {
    check(existsSync(inside(image, path)), `${path} is missing in the image`);
  }
  for (const path of ['src', 'node_modules/typescript', 'node_modules/vitest', 'devices.json']) {
    check(!existsSync(inside(image, path)), `${path} should not be in the image`);
  }
  const tests = readdirSync(inside(image, 'dist'), { recursive: true }).filter((path) => path.includes('.test.'));
  check(tests.length === 0, `tests in the image: ${tests.slice(0, 3).join(', ')}`);
  const size = execFileSync('du', ['-sm', image.root], { encoding: 'utf8' }).split('\t')[0];
  say(`/app takes ${size} MB`);
}

async function run(image) {
  const [port, devicePort] = [await freePort(), await freePort()];
  const compose = parseYaml(readFileSync(join(project, 'docker-compose.autoconnect.yml'), 'utf8'));
  const sim = compose.services['device-sim'];
  const simArgs = sim.command.map((word) => (word === '8765' ? String(devicePort) : word));
  check(simArgs.includes(String(devicePort)), 'the simulated device of the compose file has no port 8765');
  start(image, 'device-sim', [...sim.entrypoint, ...simArgs], {});

  const config = join(temp, 'config', 'devices.json');
  mkdirSync(dirname(config));
  writeFileSync(config, JSON.stringify({ devices: [{ name: 'simulated', host: '127.0.0.1', port: devicePort }] }));
  // The simulated device is on this very machine here.
  const env = { PORT: String(port), REMOTE_DEVICES_CONFIG: config, ALLOW_LOOPBACK: 'true' };
  const backend = start(image, 'backend', image.entrypoint, env);

  await eventually('the health check says alive', backend, () => healthcheck(image, env) === 0);
  await eventually('the simulated device is connected', backend, async () => {
    const response = await fetch(`http://127.0.0.1:${port}/v1/health?strict=1`);
    return response.status === 200 && (await response.json()).devices.connected === 1;
  });
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  check(metrics.includes('dialtone_device_connected{device="simulated"} 1'), '/metrics does not show the device');

  const stopping = Date.now();
  backend.kill(image.stopSignal ?? 'SIGTERM');
  await Promise.race([backend.ended, sleep(STOP_MS, undefined, { ref: false })]);
  check(
    backend.exitCode === 0,
    `after ${image.stopSignal} the backend ended with ${backend.exitCode ?? 'nothing yet'}`,
  );
  say(`stopped in ${Date.now() - stopping} ms with 0`);
  check(healthcheck(image, env) === 1, 'the health check says alive though nothing runs');
}

/** Starts a command as the image would: its folder, its environment and, where this user may do that, its user. */
function start(image, label, [command, ...args], env) {
  const child = spawn(command, args, { ...likeImage(image, env), stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => process.stdout.write(text.replace(/^(?=.)/gm, `${label} | `)));
  }
  child.ended = new Promise((resolve) => {
    child.on('error', (error) => {
      child.failure = error.message;
      resolve();
    });
    child.on('exit', resolve);
  });
  return child;
}

function likeImage(image, env) {
  const mayChangeUser = process.getuid?.() === 0;
  if (!mayChangeUser && !likeImage.said) say(`not root here: running as ${process.getuid?.()}, not as ${image.uid}`);
  likeImage.said = true;
  return {
    cwd: inside(image),
    env: { PATH: process.env.PATH, ...image.env, ...env },
    ...(mayChangeUser ? { uid: image.uid, gid: image.gid } : {}),
  };
}

function healthcheck(image, env) {
  const [command, ...args] = image.healthcheck;
  return spawnSync(command, args, { ...likeImage(image, env), timeout: 10_000 }).status;
}

async function eventually(what, backend, test) {
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    const isOver = backend.exitCode !== null || backend.failure;
    check(!isOver, `the backend ended early: ${backend.failure ?? backend.exitCode}`);
    if (await passes(test)) return say(what);
    await sleep(300);
  }
  throw new Error(`not within ${START_MS / 1000} s: ${what}`);
}

async function passes(test) {
  try {
    return await test();
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
