import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { mayBeInFile, settingsSchema } from '#src/settings';
import { contextFilter, parseDockerfile, words } from '../scripts/dockerfile.mjs';

// What can be told of the Docker files by reading them; `npm run image-steps` carries them out.

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const stages = parseDockerfile(read('Dockerfile'));
const inContext = contextFilter(read('.dockerignore'));
const compose = parse(read('docker-compose.autoconnect.yml'));
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
    stop_grace_period: '15s',
  });
  for (const [name, service] of Object.entries(compose.services)) {
    expect(service, name).toMatchObject({
      read_only: true,
      tmpfs: ['/tmp'],
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
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
