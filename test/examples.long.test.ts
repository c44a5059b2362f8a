import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { rms } from '#src/audio/pcm';
import { demoSample } from './support/audio/demo-samples.ts';
import { needs } from './support/needs.ts';
import { startProgram, temporaryFolder } from './support/program.ts';

// The devices of examples/ hold a conversation with the backend, in real time, with the real recogniser and voice.

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const QUESTION = demoSample('01.wav');

/** A folder with the raw question, and where the loudspeaker goes. */
function studio() {
  const folder = temporaryFolder();
  const mic = join(folder, 'mic.pcm');
  const speaker = join(folder, 'speaker.pcm');
  // A second of silence first: the conversation begins when the device is connected.
  const silence = Buffer.alloc(32_000);
  writeFileSync(mic, Buffer.concat([silence, Buffer.from(QUESTION.samples.buffer), silence]));
  writeFileSync(speaker, '');
  return { folder, mic, speaker };
}

/** Runs the backend on one device and waits until it has answered the question. */
async function answered(
  folder: string,
  entry: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>>,
) {
  const device = { name: 'example', protocol: 'pcm', greeting: false, long_silence: false, ...entry };
  writeFileSync(join(folder, 'devices.json'), JSON.stringify({ devices: [device] }));
  return startProgram([], { cwd: folder, env: { PORT: '0', ...env } });
}

/** Checks that the loudspeaker has played speech. */
function expectSpeech(speaker: string): void {
  const bytes = readFileSync(speaker);
  const samples = new Int16Array(Uint8Array.from(bytes).buffer, 0, bytes.length >> 1);
  expect(samples.length).toBeGreaterThan(16_000);
  expect(rms(samples)).toBeGreaterThan(0.01);
}

/** Starts another program for the length of the test. @returns what it has printed */
function start(program: string, args: readonly string[], env: Readonly<Record<string, string>>): () => string {
  const child = spawn(program, args, { env: { PATH: process.env.PATH ?? '', ...env }, detached: true });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
  }
  const ended = once(child, 'close');
  onTestFinished(async () => {
    // With the commands that it has started.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await ended;
  });
  return () => out;
}

it('the device in Node has 60 lines at most', () => {
  expect(readFileSync(path('examples/node/device.mjs'), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(60);
});

it('the device in Node hears a question to the loudspeaker’s answer', async () => {
  const { folder, mic, speaker } = studio();
  // As arecord does: the samples come at their own pace.
  const pace = `for await (const chunk of createReadStream(process.argv[2], { highWaterMark: 640 })) { process.stdout.write(chunk); await setTimeout(19); } setInterval(() => process.stdout.write(Buffer.alloc(640)), 20);`;
  const recorder = join(folder, 'recorder.mjs');
  writeFileSync(
    recorder,
    `import { createReadStream } from 'node:fs'; import { setTimeout } from 'node:timers/promises'; ${pace}`,
  );
  const node = JSON.stringify(process.execPath);
  const out = start(process.execPath, [path('examples/node/device.mjs')], {
    PORT: '0',
    MIC: `${node} ${recorder} ${mic}`,
    SPEAKER: `cat >> ${speaker}`,
  });
  await expect.poll(out).toMatch(/port \d+/);
  const port = Number(/port (\d+)/.exec(out())?.[1]);
  const backend = await answered(folder, { host: '127.0.0.1', port }, {});
  await backend.printed(new RegExp(`"event":"turn.ended".*"outcome":"answered".*"heard":"${QUESTION.text}"`));
  expectSpeech(speaker);
  await expect.poll(out).toMatch(/speaks\n/);
});

const hasPython = needs(spawnSync('python3', ['--version']).error === undefined, 'python3', 'the MicroPython example');

it.skipIf(!hasPython)(
  'the device in MicroPython dials in and is answered (skipped where python3 is not installed)',
  async () => {
    const { folder, mic, speaker } = studio();
    const backend = await answered(
      folder,
      { direction: 'accept', id: 'kitchen-1', token: 'a-secret' },
      { LISTEN_PORT: '0' },
    );
    const [, port = ''] = await backend.printed(/"event":"listener\.listening".*?:(\d+)[/"]/);
    const script = join(folder, 'device.py');
    const source = readFileSync(path('examples/micropython/device.py'), 'utf8')
      .replace('HOST = "192.168.1.10"', 'HOST = "127.0.0.1"')
      .replace('PORT = 8765', `PORT = ${port}`)
      .replace('TOKEN = ""', 'TOKEN = "a-secret"');
    writeFileSync(script, source);
    // The recogniser is loaded before a device may dial in.
    const out = start('python3', ['-u', script], {
      MIC: mic,
      SPEAKER: speaker,
      PYTHONPATH: path('test/fixtures/micropython'),
      PYTHONDONTWRITEBYTECODE: '1',
    });
    await backend.printed(new RegExp(`"event":"turn.ended".*"outcome":"answered".*"heard":"${QUESTION.text}"`));
    await expect.poll(() => statSync(speaker).size).toBeGreaterThan(32_000);
    expectSpeech(speaker);
    expect(out()).toBe('');
  },
);

const hasCompiler = needs(spawnSync('g++', ['--version']).error === undefined, 'g++', 'the Arduino example is C++');

it.skipIf(!hasCompiler)('a compiler understands the Arduino sketch (skipped where g++ is not installed)', () => {
  const sketch = readFileSync(path('examples/arduino/dialtone_device/dialtone_device.ino'), 'utf8');
  expect(sketch.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  // The Arduino builder puts a prototype of every function behind the includes.
  const source = sketch.replace('\nconst char *NETWORK', '\nvoid startSpeaker();\nconst char *NETWORK');
  const args = ['-x', 'c++', '-std=gnu++17', '-fsyntax-only', '-Wall', '-Wextra', '-Werror', '-include', 'Arduino.h'];
  const { status, stderr } = spawnSync('g++', [...args, '-I', path('test/fixtures/arduino'), '-'], {
    input: source,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
