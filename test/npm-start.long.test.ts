import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from './support/program.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

it('npm that is told to end ends what it has started, too', async () => {
  const file = join(temporaryFolder(), 'devices.json');
  writeFileSync(file, '{"devices": []}');
  const env = {
    ...process.env,
    PORT: '0',
    REMOTE_DEVICES_CONFIG: file,
    STT: 'groq',
    LLM: 'groq',
    TTS: 'groq',
    GROQ_API_KEY: 'gsk_x',
  };
  // The build is there: building it anew would disturb other tests.
  const npm = spawn('npm', ['start', '--ignore-scripts'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const { pid } = npm;
  if (pid === undefined) throw new Error('npm did not start');
  onTestFinished(() => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
  });
  let log = '';
  npm.stdout.on('data', (text: Buffer) => {
    log += text.toString();
  });
  await expect.poll(() => log).toMatch(/"event":"http\.listening"/);
  npm.kill('SIGTERM');
  // The pipe ends with the last program that writes to it.
  await once(npm.stdout, 'end');
  expect(log).toMatch(/"event":"process\.shutdown"/);
});
