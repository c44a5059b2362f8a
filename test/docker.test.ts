import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { mayBeInFile, settingsSchema } from '#src/settings';
import { contextFilter, parseDockerfile, words } from '../scripts/dockerfile.mjs';
import { needs } from './support/needs.ts';
import { temporaryFolder } from './support/program.ts';

// What can be told of the Docker files by reading them; `npm run image-steps` carries them out.

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const stages = parseDockerfile(read('Dockerfile'));
const inContext = contextFilter(read('.dockerignore'));
const compose = parse(read('docker-compose.autoconnect.yml'), { merge: true });
const services: Readonly<Record<string, Service>> = compose.services;

/** What is looked at of a service. */
interface Service {
  readonly image: string;
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly environment?: readonly string[];
}

const last = (op: string) => stages.at(-1)?.instructions.findLast((instruction) => instruction.op === op)?.rest;

test('everything the Dockerfile copies exists and is in the build context', () => {
  for (const { instructions } of stages) {
    for (const { op, flags, rest } of instructions) {
      if (op !== 'COPY' || flags.from !== undefined) continue;
      for (const source of words(rest).slice(0, -1)) {
        expect(existsSync(new URL(`../${source}`, import.meta.url)), source).toBe(true);
        expect(inContext(source), source).toBe(true);
      }
    }
  }
});

test('the build context has the sources and nothing private', () => {
  for (const path of ['src/main.ts', 'device-sim/main.ts', 'assets/asr-demo-model/tokens.txt', '.npmrc']) {
    expect(inContext(path), path).toBe(true);
  }
  for (const path of ['devices.json', 'config/devices.json', '.env', '.git/config', 'node_modules/zod/index.js']) {
    expect(inContext(path), path).toBe(false);
  }
  for (const path of ['src/main.test.ts', 'src/http/api.test.ts', 'dist/main.js', 'demo-output/kitchen.wav']) {
    expect(inContext(path), path).toBe(false);
  }
});

test('the image runs the backend as an ordinary user, and checks itself', () => {
  expect(stages.map(({ base }) => base)).toEqual(['node:24-slim', 'node:24-slim', 'node:24-slim']);
  expect(last('USER')).toBe('10001:10001');
  expect(last('ENTRYPOINT')).toBe('["node", "dist/main.js"]');
  expect(last('HEALTHCHECK')).toBe('CMD ["node", "dist/main.js", "healthcheck"]');
  const installs = stages.flatMap(({ instructions }) => instructions).filter(({ rest }) => rest.includes('npm ci'));
  for (const { rest } of installs) expect(rest).toContain('--ignore-scripts');
  expect(installs).toHaveLength(2);
});

test('compose hands on every setting but those that the image fixes, secrets as files too, and the time zone', () => {
  const fixed = ['HOST', 'PORT', 'REMOTE_DEVICES_CONFIG'];
  const wanted = Object.keys(settingsSchema.shape)
    .filter((name) => !fixed.includes(name))
    .flatMap((name) => (mayBeInFile(name) ? [name, `${name}_FILE`] : [name]));
  expect(compose.services.backend.environment).toEqual(['TZ', ...wanted]);
  const { environment } = compose.services.backend;
  expect(environment.filter((name: string) => name.endsWith('_FILE') && name !== 'VOICES_FILE')).toEqual([
    'LISTEN_CERT_FILE',
    'LISTEN_KEY_FILE',
    'WEBRTC_TURN_PASSWORD_FILE',
    'AUDIO_HOOK_TOKEN_FILE',
    'STACKCHAN_AUDIO_HOOK_TOKEN_FILE',
    'API_TOKEN_FILE',
    'API_READ_TOKEN_FILE',
    'GROQ_API_KEY_FILE',
    'OPENAI_API_KEY_FILE',
    'LLM_OPENAI_API_KEY_FILE',
    'STT_OPENAI_API_KEY_FILE',
    'TTS_OPENAI_API_KEY_FILE',
    'KYUTAI_LLM_API_KEY_FILE',
    'KYUTAI_API_KEY_FILE',
    'NEWSAPI_API_KEY_FILE',
  ]);
});

test('the image knows time zones without files of its own', () => {
  const env = { ...process.env, TZ: 'Asia/Kolkata' };
  const shown = execFileSync(process.execPath, ['-p', 'new Date(0).toString()'], { env, encoding: 'utf8' });
  expect(shown).toContain('05:30:00 GMT+0530');
});

test('compose mounts the config directory and takes every privilege away', () => {
  expect(compose.services.backend).toMatchObject({
    volumes: ['./config:/config:ro'],
    ports: ['127.0.0.1:8000:8000'],
    init: true,
    extra_hosts: ['host.docker.internal:host-gateway'],
    stop_grace_period: '15s',
  });
  for (const name of ['backend', 'device-sim', 'prometheus', 'grafana']) {
    expect(services[name], name).toMatchObject({ read_only: true, tmpfs: ['/tmp'], cap_drop: ['ALL'] });
  }
});

test('profiles add services; none gains privileges, none is published beyond this machine, and images have versions', () => {
  const byProfile: Record<string, string[]> = {};
  for (const [name, { profiles }] of Object.entries(services)) {
    for (const profile of profiles ?? ['']) byProfile[profile] = [...(byProfile[profile] ?? []), name];
  }
  expect(byProfile).toEqual({
    '': ['backend'],
    sim: ['device-sim'],
    monitoring: ['prometheus', 'grafana'],
    ollama: ['ollama', 'ollama-model'],
    speaches: ['speaches'],
    kyutai: ['stt', 'tts', 'llm'],
  });
  for (const [name, { image, ports, security_opt }] of Object.entries(services)) {
    expect(security_opt, name).toEqual(['no-new-privileges:true']);
    for (const port of ports ?? []) expect(port, name).toMatch(/^127\.0\.0\.1:/);
    // Only what is built here has no version.
    if (image !== 'moshi-server:latest') expect(image, name).toMatch(/:(local|v?\d+\.\d+\.\d+)/);
  }
});

test('models are fetched that the script leads the backend to', () => {
  const script = read('start_autoconnect.sh');
  const preloaded =
    /PRELOAD_MODELS=\$\{SPEACHES_MODELS:-(.*)\}/.exec(String(services.speaches?.environment))?.[1] ?? '';
  const wanted = ['OPENAI_STT_MODEL', 'OPENAI_TTS_MODEL'].map((name) => new RegExp(`${name} (\\S+)`).exec(script)?.[1]);
  expect(JSON.parse(preloaded)).toEqual(wanted);
  expect(compose.services['ollama-model'].command).toEqual([
    `\${OPENAI_LLM_MODEL:-${/OPENAI_LLM_MODEL (\S+)/.exec(script)?.[1]}}`,
  ]);
});

test('everything that is mounted from this folder exists, and every volume is declared', () => {
  for (const [name, { volumes }] of Object.entries(services)) {
    for (const volume of volumes ?? []) {
      const source = volume.split(':')[0] ?? '';
      if (source === './config') continue;
      if (source.startsWith('./')) expect(existsSync(new URL(`../${source}`, import.meta.url)), source).toBe(true);
      else expect(Object.keys(compose.volumes), name).toContain(source);
    }
  }
});

test('production adds secrets, limits and rotated logs to services that exist', () => {
  const prod = parse(read('docker-compose.prod.yml'), { merge: true });
  expect(Object.keys(prod.services).sort()).toEqual(Object.keys(services).sort());
  const logging = { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '5' } };
  for (const [name, service] of Object.entries(prod.services)) expect(service, name).toMatchObject({ logging });
  for (const name of ['backend', 'prometheus', 'grafana']) expect(prod.services[name].cpus, name).toBeGreaterThan(0);
  const { backend } = prod.services;
  expect(backend.secrets).toEqual(Object.keys(prod.secrets));
  for (const line of backend.environment as string[]) {
    const [name = '', value = ''] = line.split('=');
    expect(compose.services.backend.environment).toContain(name);
    if (name.endsWith('_FILE')) expect(backend.secrets).toContain(value.replace('/run/secrets/', ''));
  }
});

test('the simulated device is there only when asked for, and its health is not the backend’s', () => {
  expect(compose.services['device-sim']).toMatchObject({
    profiles: ['sim'],
    image: compose.services.backend.image,
    entrypoint: ['node', 'dist/device-sim/main.js'],
    healthcheck: { disable: true },
  });
});

describe('the Dockerfile keeps to what linters ask for', () => {
  const all = stages.flatMap(({ instructions }) => instructions);

  test('instructions are known, and none is one that linters warn of', () => {
    const used = new Set(all.map(({ op }) => op));
    const known = 'WORKDIR COPY RUN ENV USER EXPOSE STOPSIGNAL HEALTHCHECK ENTRYPOINT'.split(' ');
    expect([...used].filter((op) => !known.includes(op))).toEqual([]);
  });

  test('bases have a version, stages that are copied from exist, and folders are absolute', () => {
    for (const { base } of stages) expect(base).toMatch(/^[a-z/]+:(?!latest)\S+$/);
    for (const { op, flags, rest } of all) {
      if (flags.from !== undefined) expect(stages.map(({ name }) => name)).toContain(flags.from);
      if (op === 'WORKDIR') expect(rest).toMatch(/^\//);
      if (op === 'RUN') expect(rest).not.toMatch(/\b(sudo|apt|curl|wget|cd|npm install)\b/);
      if (op === 'ENTRYPOINT' || op === 'STOPSIGNAL') expect(rest).toMatch(/^(\[".*"\]|SIGTERM)$/);
      if (op === 'ENV') expect(rest).not.toMatch(/TOKEN|KEY|PASSWORD|SECRET/);
    }
  });

  test('what a stage may have once, it has once, and nothing runs as root at the end', () => {
    const final = stages.at(-1)?.instructions ?? [];
    for (const op of ['USER', 'ENTRYPOINT', 'HEALTHCHECK', 'STOPSIGNAL']) {
      expect(
        final.filter((instruction) => instruction.op === op),
        op,
      ).toHaveLength(1);
    }
    const afterUser = final.slice(final.findIndex(({ op }) => op === 'USER') + 1).map(({ op }) => op);
    expect(afterUser.filter((op) => op === 'RUN' || op === 'COPY')).toEqual([]);
  });
});

const client = [['docker', 'compose'], ['docker-compose']].find(
  ([program = '', ...args]) => spawnSync(program, [...args, 'version']).status === 0,
);
const hasClient = needs(client !== undefined, 'docker compose', 'a client of Docker Compose understands the files');

test.skipIf(!hasClient)('a client of Docker Compose understands the files (skipped where there is none)', () => {
  const [program = '', ...first] = client ?? [];
  const cwd = temporaryFolder();
  const names = ['docker-compose.autoconnect.yml', 'docker-compose.prod.yml'];
  for (const name of names) writeFileSync(join(cwd, name), read(name));
  const profiles = ['sim', 'monitoring', 'ollama', 'speaches', 'kyutai'].map((profile) => ['--profile', profile]);
  for (const files of [names.slice(0, 1), names]) {
    const args = [...first, ...files.flatMap((file) => ['-f', file]), ...profiles.flat(), 'config', '-q'];
    const env = { ...process.env, GRAFANA_PASSWORD: 'x' };
    const { status, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }
});
