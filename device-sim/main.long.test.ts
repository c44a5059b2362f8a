import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rms, tone } from '#src/audio/pcm';
import { encodeWav, parseWav } from '#src/audio/wav';
import { RawBackend, until } from './testing/raw-backend.ts';

const PROGRAM = fileURLToPath(new URL('../dist/device-sim/main.js', import.meta.url));

interface Run {
  readonly child: ChildProcess;
  out: string;
  err: string;
  readonly ended: Promise<number | null>;
}

const runs: Run[] = [];
let folder: string;

function run(...args: string[]): Run {
  return runIn({}, ...args);
}

function runIn(env: Readonly<Record<string, string>>, ...args: string[]): Run {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const started: Run = { child, out: '', err: '', ended: once(child, 'exit').then(([code]) => code as number | null) };
  child.stdout?.on('data', (data) => {
    started.out += String(data);
  });
  child.stderr?.on('data', (data) => {
    started.err += String(data);
  });
  runs.push(started);
  return started;
}

async function urlOf(program: Run): Promise<string> {
  await until(() => /listens on (\S+)/.test(program.out));
  return /listens on (\S+)/.exec(program.out)?.[1] ?? '';
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dialtone-sim-'));
});
afterEach(async () => {
  for (const { child, ended } of runs.splice(0)) {
    if (child.exitCode === null) child.kill('SIGKILL');
    await ended;
  }
  rmSync(folder, { recursive: true });
});

const file = (name: string): string => join(folder, name);
const writeTone = (name: string): string => {
  writeFileSync(file(name), encodeWav(tone({ hz: 440, ms: 200, sampleRate: 16_000, amplitude: 0.5 }), 16_000));
  return file(name);
};
const say = (backend: RawBackend, speaking: boolean): void =>
  backend.socket.send(JSON.stringify({ type: 'server_status', payload: { listening: !speaking, speaking } }));

describe('npm run device-sim', () => {
  it('asks its questions one after another and writes down what it played', async () => {
    const program = run(
      ...['--port', '0', '--protocol', 'pcm', '--name', 'desk', '--pause', '0', '--speaker', file('out.wav')],
      ...['--echo', '-6,80'],
      ...['--mic', writeTone('one.wav'), '--mic', writeTone('two.wav')],
    );
    const backend = await RawBackend.dial(await urlOf(program), []);
    for (const question of ['one.wav', 'two.wav']) {
      await until(() => program.out.includes(`desk: says: ${question} (0.2 s)`));
      const heard = backend.binaries.length;
      await until(() => backend.binaries.length > heard + 5);
      expect(program.out.includes('two.wav')).toBe(question === 'two.wav');
      say(backend, true);
      const answer = tone({ hz: 330, ms: 200, sampleRate: 16_000, amplitude: 0.5 });
      for (let at = 0; at < answer.length; at += 640)
        backend.socket.send(Buffer.from(answer.slice(at, at + 640).buffer));
      say(backend, false);
    }
    await until(() => program.out.includes('all questions asked'));
    program.child.kill('SIGINT');
    expect(await program.ended).toBe(0);
    expect(await backend.closed()).toBe(1001);
    expect(program.out).toContain('desk: answered (0.2 s of audio)');
    expect(program.err).toBe('');
    const played = parseWav(readFileSync(file('out.wav')));
    expect(played.sampleRate).toBe(16_000);
    expect(played.samples.length).toBeGreaterThanOrEqual(6400);
    expect(rms(played.samples.subarray(0, 3200))).toBeGreaterThan(0.3);
    // What came back: both questions of 0.2 s, and the echo of the answers, half as loud.
    const loud = backend.binaries.filter((bytes) => rms(new Int16Array(Uint8Array.from(bytes).buffer)) > 0.1);
    expect(loud.length * 40).toBeGreaterThanOrEqual(560);
  });

  it('ends with 0 on SIGTERM in the middle of a question, its recording readable', async () => {
    const program = run('--port', '0', '--pause', '0', '--mic', writeTone('a.wav'), '--speaker', file('out.wav'));
    const backend = await RawBackend.dial(await urlOf(program));
    await until(() => program.out.includes('says: a.wav'));
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(await backend.closed()).toBe(1001);
    expect(program.err).toBe('');
    expect(parseWav(readFileSync(file('out.wav'))).samples.length).toBe(0);
  });

  it('misbehaves and tells of its health', async () => {
    const program = run(
      '--port',
      '0',
      '--simulated',
      '--fault',
      'reboot:1,0.2',
      '--single-client',
      '--health-port',
      '0',
    );
    const url = await urlOf(program);
    const health = /its health is at (\S+)/.exec(program.out)?.[1] ?? '';
    const first = await RawBackend.dial(url);
    expect((await fetch(health)).status).toBe(200);
    expect(await first.closed()).toBe(1006);
    await until(() => program.out.includes('device: is back after its reboot'));
    expect((await fetch(health)).status).toBe(503);
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(program.err).toBe('');
  });

  it('goes on in silence where there is no sound card, and says what it tried', async () => {
    // A path on which there is no program at all, and a library that finds no device of that name.
    const program = runIn({ PATH: folder }, '--port', '0', '--input', 'no such microphone');
    await urlOf(program);
    for (const tried of [
      'decibri: ',
      'pw-cat is not installed',
      'parec is not installed',
      'arecord is not installed',
    ]) {
      expect(program.out).toContain(tried);
    }
    expect(program.out).toContain('--mic question.wav --speaker answer.wav, or --web');
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
  });

  it('draws what it has recorded, and says of another file that it is none', async () => {
    const recording = run(
      ...[
        '--port',
        '0',
        '--protocol',
        'pcm',
        '--pause',
        '0',
        '--mic',
        writeTone('a.wav'),
        '--record',
        file('both.wav'),
      ],
    );
    const backend = await RawBackend.dial(await urlOf(recording), []);
    await until(() => recording.out.includes('says: a.wav'));
    await until(() => backend.binaries.length > 12);
    say(backend, true);
    const answer = tone({ hz: 330, ms: 200, sampleRate: 16_000, amplitude: 0.5 });
    for (let at = 0; at < answer.length; at += 640) backend.socket.send(Buffer.from(answer.slice(at, at + 640).buffer));
    say(backend, false);
    await until(() => recording.out.includes('all questions asked'));
    recording.child.kill('SIGTERM');
    expect(await recording.ended).toBe(0);

    const drawn = run('waveform', file('both.wav'), file('both.png'));
    expect(await drawn.ended).toBe(0);
    expect(drawn.out).toMatch(/the user spoke from 0\.\d\d s to 0\.\d\d s; the answer sounded \d+ ms later\n1 turn;/);
    expect(readFileSync(file('both.png')).toString('latin1', 1, 4)).toBe('PNG');
    const wrong = run('waveform', file('a.wav'), file('a.png'));
    expect(await wrong.ended).toBe(1);
    expect(wrong.err).toContain('not a recording of both sides');
    const empty = run('waveform');
    expect(await empty.ended).toBe(2);
  });

  it('explains itself, and what the demo recogniser understands', async () => {
    const program = run('--help');
    expect(await program.ended).toBe(0);
    expect(program.out).toContain('--speaker');
    expect(program.out).toContain('synthetic voices only');
  });

  it.each([
    [['--colour', 'red'], 2, '--colour'],
    [['--port', '70000'], 2, '--port takes a whole number from 0 to 65535, not "70000"'],
    [['--protocol', 'xiaozhi'], 2, 'give --connect ws://'],
    [['--protocol', 'hotpin'], 2, 'give --connect ws://'],
    [['--protocol', 'hotpin', '--connect', 'ws://x/ws', '--bears', 'it'], 2, '--bears takes raw, bearer or query'],
    [['--protocol', 'morse'], 2, '--protocol takes realtime or pcm, not "morse"'],
    [['--protocol', 'pcm', '--format', 'pcm16'], 2, '--format is for --protocol realtime only'],
    [['--no-audio', '--say', 'hello'], 2, '--no-audio leaves no microphone'],
    [['--no-audio', '--echo', '-6,80'], 2, '--no-audio leaves no microphone'],
    [['--echo', '6,80'], 2, '--echo takes decibels from 0 down'],
    [['--echo', '-6'], 2, 'as in -20,80, not "-6"'],
    [['--fault', 'flood'], 2, 'There is no fault "flood"'],
    [['--web', '--input', 'x'], 2, '--web has the microphone of the browser'],
    [['--simulated', '--aec', 'webrtc'], 2, 'are for a simulated microphone'],
    [['--mic', 'missing.wav'], 1, '--mic missing.wav: ENOENT'],
    [['--port', '0', '--speaker', '/nowhere/out.wav'], 1, '/nowhere/out.wav'],
  ] as const)('%j ends with %d and says why', async (args, code, text) => {
    const program = run(...args);
    expect(await program.ended).toBe(code);
    expect(program.err).toContain(text);
    expect(program.out).toBe('');
  });

  it('names a file that is no WAV file, and a port that is in use', async () => {
    writeFileSync(file('bad.wav'), 'not a sound');
    const bad = run('--mic', file('bad.wav'));
    expect(await bad.ended).toBe(1);
    expect(bad.err).toContain('bad.wav: This is not a WAV file');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const busy = run('--port', String(port), '--speaker', file('untouched.wav'));
    expect(await busy.ended).toBe(1);
    expect(busy.err).toContain(`Port ${port} on 127.0.0.1 is in use`);
    expect(existsSync(file('untouched.wav'))).toBe(false);
    server.close();
  });
});
