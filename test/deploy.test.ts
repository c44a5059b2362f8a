import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from '#src/settings';
import { needs } from './support/needs.ts';
import { temporaryFolder } from './support/program.ts';

describe('start_autoconnect.sh', () => {
  /** Runs it in a copy of the files that it looks at, with a `docker` that tells what it was asked for. */
  function start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    files: Record<string, string> = {},
  ) {
    const folder = temporaryFolder();
    for (const name of ['start_autoconnect.sh', 'devices.example.json']) {
      copyFileSync(new URL(`../${name}`, import.meta.url), join(folder, name));
    }
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    mkdirSync(join(folder, 'bin'));
    const names = Object.keys(settingsSchema.shape).join(' ');
    const docker = `#!/bin/sh
[ "$2" = version ] && exit 0
echo "docker $*"
for name in ${names}; do eval "value=\\\${$name:-}"; [ -z "$value" ] || echo "$name=$value"; done
`;
    writeFileSync(join(folder, 'bin', 'docker'), env.DOCKER ?? docker, { mode: 0o755 });
    writeFileSync(join(folder, 'bin', 'docker-compose'), env.STANDALONE ?? '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const { status, stdout, stderr } = spawnSync('sh', [join(folder, 'start_autoconnect.sh'), ...args], {
      encoding: 'utf8',
      env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, ...env },
    });
    return {
      status,
      out: stdout.trim().split('\n'),
      err: stderr,
      config: () => readFileSync(join(folder, 'config/devices.json'), 'utf8'),
    };
  }

  it('starts the compose file with the profiles, and leads the backend to them', () => {
    const { status, out, config } = start(['sim', 'ollama']);
    expect(status).toBe(0);
    expect(JSON.parse(config())).toEqual({ devices: [{ name: 'simulated', host: 'device-sim' }] });
    expect(out).toContain('docker compose -f docker-compose.autoconnect.yml --profile sim --profile ollama up --build');
    expect(out).toContain('OPENAI_BASE_URL=http://ollama:11434/v1');
    const prepared = { 'devices.json': '{"devices": []}', 'secrets/api_token': 'x', 'state/.keep': '' };
    const kyutai = start(['kyutai'], { PROD: '1', DETACH: '1' }, prepared);
    expect(kyutai.config()).toBe('{"devices": []}');
    expect(kyutai.out).toContain(
      'docker compose -f docker-compose.autoconnect.yml -f docker-compose.prod.yml --profile kyutai up --build -d',
    );
    expect(kyutai.out).toContain('KYUTAI_STT_URL=ws://stt:8080');
  });

  it('leaves alone what the shell or .env sets', () => {
    const { out } = start(['sim', 'ollama'], { OPENAI_LLM_MODEL: 'qwen3' }, { '.env': 'LLM=scripted\n' });
    expect(out).toContain('OPENAI_LLM_MODEL=qwen3');
    expect(out.filter((line) => line.startsWith('LLM='))).toEqual([]);
  });

  it('says what is missing', () => {
    const first = start([]);
    expect([first.status, first.err]).toEqual([1, expect.stringContaining('put in the addresses of your devices')]);
    expect(first.config()).toContain('"devices"');
    const off = start([], { PROD: '0', DETACH: 'false' }, { 'devices.json': '{}' });
    expect(off.out).toContain('docker compose -f docker-compose.autoconnect.yml up --build');
    const dance = start(['dance']);
    expect([dance.status, dance.err]).toEqual([64, expect.stringContaining('there is no profile "dance"')]);
    expect(dance.err).toContain('  monitoring ');
    const prod = start([], { PROD: '1' }, { 'devices.json': '{}' });
    expect([prod.status, prod.err]).toEqual([1, expect.stringContaining('PROD=1 needs the folder secrets')]);
    expect(start(['kyutai'], {}, { 'devices.json': '{}' }).err).toContain('HUGGING_FACE_HUB_TOKEN is not set');
    const token = { '.env': ' export HUGGING_FACE_HUB_TOKEN = hf_x\n', 'devices.json': '{}' };
    expect(start(['kyutai'], {}, token).err).not.toContain('HUGGING_FACE_HUB_TOKEN');
    const unknown = start(['sim'], {}, { 'config/devices.json': '{"devices": []}' });
    expect([unknown.status, unknown.err]).toEqual([0, expect.stringContaining('add {"name": "simulated"')]);
    expect(start(['sim']).err).not.toContain('no entry');
  });

  it('teaches with --help, where nothing is installed', () => {
    const { status, out, config } = start(['--help'], { PATH: '/bin:/usr/bin' });
    expect(status).toBe(0);
    expect(out.join('\n')).toMatch(/sim .*\n.*monitoring .*\n.*ollama .*\n.*speaches .*\n.*kyutai /);
    expect(config).toThrow();
  });

  it('says that Docker does not answer, in one line', () => {
    const DOCKER =
      '#!/bin/sh\n[ "$2" = version ] && exit 0\necho Traceback\necho "permission denied: docker.sock" >&2\nexit 1\n';
    const { status, err } = start(['sim'], { DOCKER });
    expect([status, err]).toEqual([
      1,
      'start_autoconnect.sh: Docker does not answer: is it running, and may this user use it? permission denied: docker.sock\n',
    ]);
  });

  it('works with docker-compose where the plugin is not installed, and says what to install where neither is', () => {
    const files = { 'devices.json': '{"devices": []}' };
    const docker = `#!/bin/sh\nexit 1\n`;
    const standalone = start(
      [],
      { DOCKER: docker, STANDALONE: '#!/bin/sh\n[ "$1" = version ] || echo "docker-compose $*"\n' },
      files,
    );
    expect(standalone.out).toEqual(['docker-compose -f docker-compose.autoconnect.yml up --build']);
    const neither = start([], { DOCKER: docker, STANDALONE: docker }, files);
    expect([neither.status, neither.err]).toEqual([1, expect.stringContaining('docs.docker.com/compose/install')]);
  });
});

describe('the unit of systemd', () => {
  const unit = readFileSync(new URL('../deploy/dialtone.service', import.meta.url), 'utf8');

  it('sets only what is a setting', () => {
    const line = /^Environment=(.*)$/m.exec(unit)?.[1] ?? '';
    const names = line.split(' ').map((pair) => pair.split('=')[0] ?? '');
    const others = names.filter((name) => !(name in settingsSchema.shape));
    expect(others).toEqual(['NODE_ENV', 'UV_THREADPOOL_SIZE']);
  });

  const path = fileURLToPath(new URL('../deploy/dialtone.service', import.meta.url));
  const isThere = needs(
    spawnSync('systemd-analyze', ['--version']).error === undefined,
    'systemd-analyze',
    'systemd finds the unit safe',
  );
  it.skipIf(!isThere)('is what systemd finds safe: 2 of 10 or less (skipped where systemd is not installed)', () => {
    const args = ['security', '--offline=true', '--threshold=20', '--no-pager', path];
    const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    expect(status, `${stdout}${stderr}`).toBe(0);
  });
});

const hasShellcheck = needs(
  spawnSync('shellcheck', ['--version']).error === undefined,
  'shellcheck',
  'scripts are clean',
);

it.skipIf(!hasShellcheck)('shellcheck finds nothing in the scripts (skipped where it is not installed)', () => {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const { status, stdout } = spawnSync('shellcheck', ['start_autoconnect.sh', '.ci/run'], { cwd, encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
});
