import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compiledEntry } from '../../core/compiled-entry.ts';
import { DialtoneError } from '../../core/errors.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import type { ModelSpec } from './host-config.ts';
import { HostModel } from './host-model.ts';
import type { ChildStateReport } from './kept-alive.ts';
import { NativeHost, type NativeHostOptions } from './native-host.ts';

const demo = fileURLToPath(new URL('../../../assets/asr-demo-model', import.meta.url));
const offline = fileURLToPath(new URL('../../../test/fixtures/offline-asr-model', import.meta.url));
const good: ModelSpec = {
  use: 'streaming',
  kind: 'nemoCtc',
  group: { model: join(demo, 'model.int8.onnx') },
  tokens: join(demo, 'tokens.txt'),
  numThreads: 1,
  maxWaiting: 32,
};
const whole: ModelSpec = {
  ...good,
  use: 'offline',
  kind: 'zipformerCtc',
  group: { model: join(offline, 'model.offline.int8.onnx') },
};
const hint = { variable: 'SHERPA_MODEL_DIR', otherwise: 'STT=groq' };

let folder: string;
let host: NativeHost;
let model: HostModel;
let clock: ManualClock;
let states: ChildStateReport[];
let lines: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dialtone-host-'));
});
afterEach(async () => {
  await model.close();
  rmSync(folder, { recursive: true });
});

function make(prepare: () => Promise<ModelSpec>, options: Partial<NativeHostOptions> = {}): void {
  clock = new ManualClock();
  states = [];
  lines = [];
  host = new NativeHost({
    clock,
    random: () => 1,
    onState: (report) => states.push(report),
    onLog: (line) => lines.push(line),
    ...options,
  });
  model = another(prepare);
}

function another(prepare: () => Promise<ModelSpec>): HostModel {
  return new HostModel({ host, engine: 'sherpa', hint, prepare });
}

/** An utterance of no audio: its final result, or what became of it. */
async function outcome(of = model): Promise<unknown> {
  const stream = of.open(new AbortController().signal);
  stream.end();
  try {
    for await (const result of stream.results) if (result.type === 'final') return result;
    return 'nothing';
  } catch (error) {
    return error;
  }
}

test.each([
  ['random bytes', () => randomBytes(100_000)],
  ['nothing', () => Buffer.alloc(0)],
  ['text', () => Buffer.from('<html>404</html>')],
])('a model of %s is reported with the reason, and not tried again in a hot loop', async (_, content) => {
  const path = join(folder, 'model.onnx');
  writeFileSync(path, content());
  make(async () => ({ ...good, group: { model: path } }));
  await expect(model.ready()).rejects.toMatchObject({
    code: 'engine_misconfigured',
    retryable: false,
    message: expect.stringContaining('SHERPA_MODEL_DIR'),
  });
  expect(lines.length).toBeGreaterThan(0);
  expect(states.map(({ state }) => state)).toEqual(['starting', 'down']);
  expect(states[1]?.reason).toContain(lines.at(-1)?.slice(0, 50));
  expect(clock.nextInMs).toBe(10_000);
  expect(await outcome()).toMatchObject({ code: 'engine_misconfigured' });

  // The operator puts a good one there.
  cpSync(join(demo, 'model.int8.onnx'), path);
  clock.advance(10_000);
  await model.ready();
  expect(states.map(({ state }) => state)).toEqual(['starting', 'down', 'starting', 'ready']);
});

test('what the check finds is the reason, and nothing is started', async () => {
  make(async () => {
    throw new DialtoneError('engine_misconfigured', 'tokens.txt is empty');
  });
  const waiting = outcome();
  await expect(model.ready()).rejects.toMatchObject({ code: 'engine_misconfigured', message: 'tokens.txt is empty' });
  expect(await waiting).toMatchObject({ message: 'tokens.txt is empty' });
  expect(host.pid).toBeUndefined();
});

test('utterances opened before the host is ready wait for it', async () => {
  make(async () => good);
  expect(await Promise.all([outcome(), outcome()])).toEqual([
    { type: 'final', text: '' },
    { type: 'final', text: '' },
  ]);
});

test('a host killed again and again is started later and later, and utterances meanwhile fail at once', async () => {
  make(async () => good);
  for (const delayMs of [0, 250, 500, 1_000, 2_000]) {
    await model.ready();
    const pid = host.pid ?? 0;
    const lost = outcome();
    process.kill(pid, 'SIGKILL');
    expect(await lost).toMatchObject({ code: 'speech_host_down', retryable: true });
    expect(clock.nextInMs).toBe(delayMs);
    if (delayMs === 2_000) expect(await outcome()).toMatchObject({ code: 'speech_host_down' });
    clock.advance(delayMs);
  }
  expect(await outcome()).toEqual({ type: 'final', text: '' });
  expect(states.filter(({ state }) => state === 'down').every(({ reason }) => reason?.includes('SIGKILL'))).toBe(true);
});

test('closing while it is starting leaves nothing behind', async () => {
  make(async () => good);
  model.start();
  await expect.poll(() => host.pid).toBeTypeOf('number');
  const { pid } = host;
  await model.close();
  expect(running(pid ?? 0)).toBe(false);
  expect(clock.pending).toBe(0);
});

test('closing while the model is tried leaves nothing behind', async () => {
  make(async () => good);
  model.start();
  await expect.poll(() => clock.pending).toBeGreaterThan(0);
  expect(host.pid).toBeUndefined();
  await model.close();
  expect(clock.pending).toBe(0);
});

test('a model that ends its process ends no other: the host with its models is not touched', async () => {
  make(async () => good);
  await model.ready();
  const { pid } = host;
  // Offline, it streams not: sherpa-onnx ends the process.
  const bad = another(async () => ({ ...good, kind: 'zipformer2Ctc' }));
  await expect(bad.ready()).rejects.toMatchObject({ code: 'engine_misconfigured' });
  expect(host.pid).toBe(pid);
  expect(await outcome()).toEqual({ type: 'final', text: '' });
  await bad.close();
  expect(host.pid).toBe(pid);
});

test('two models share a host; its death is the end of both for a moment, its reports are those of one', async () => {
  make(async () => good);
  const second = another(async () => whole);
  await Promise.all([model.ready(), second.ready()]);
  const { pid } = host;
  expect(await Promise.all([outcome(), outcome(second)])).toEqual([
    { type: 'final', text: '' },
    { type: 'final', text: '' },
  ]);
  process.kill(pid ?? 0, 'SIGKILL');
  await expect.poll(() => states.at(-1)?.state).toBe('down');
  clock.advance(0);
  await Promise.all([model.ready(), second.ready()]);
  expect(host.pid).not.toBe(pid);
  expect(states.map(({ state }) => state)).toEqual(['starting', 'ready', 'down', 'starting', 'ready']);
  await model.close();
  expect(await outcome(second)).toEqual({ type: 'final', text: '' });
  await second.close();
  expect(host.pid).toBeUndefined();
});

test('a host that takes far too much memory is started again, and what was in flight fails', async () => {
  make(async () => whole, { maxMegabytes: 1 });
  await model.ready();
  const { pid } = host;
  // What the models take by themselves is no reason.
  for (let second = 0; second < 3; second++) {
    clock.advance(1_000);
    await outcome();
  }
  expect(host.pid).toBe(pid);
  const open = Array.from({ length: 100 }, () => model.open(new AbortController().signal));
  const audio = new Int16Array(16_000).fill(1);
  // 29 s of each: 190 MB.
  for (let second = 0; second < 29; second++) {
    for (const stream of open) stream.write(audio);
    // What comes behind the audio has come: so has the audio.
    await outcome();
  }
  clock.advance(1_000);
  const failures = open.map(async (stream) => {
    for await (const _ of stream.results);
  });
  for (const failure of await Promise.allSettled(failures)) {
    const reason = expect.objectContaining({
      code: 'speech_host_down',
      message: expect.stringMatching(/MB of memory/),
    });
    expect(failure).toEqual({ status: 'rejected', reason });
  }
  clock.advance(0);
  expect(await outcome()).toEqual({ type: 'final', text: '' });
  expect(host.pid).not.toBe(pid);
});

test('a host whose parent was killed ends by itself', async () => {
  make(async () => good);
  const entry = compiledEntry(import.meta.url, '../sherpa/sherpa-stt.ts').href;
  const program = `
    const { SherpaStt } = await import(${JSON.stringify(entry)});
    const clock = { now: () => performance.now(), wallNow: Date.now, setTimer: (run, ms) => ({ id: setTimeout(run, ms) }), clearTimer: (t) => t && clearTimeout(t.id) };
    const stt = new SherpaStt({ clock, random: Math.random });
    await stt.ready();
    console.log(stt.hostPid);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(output.toString());
  expect(running(pid)).toBe(true);
  parent.kill('SIGKILL');
  // The test's own time limit is the safety net.
  while (running(pid)) await sleep(20);
});

/** False also for a process that has ended and waits for a parent that never asks (in a container, say). */
function running(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc') || !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ');
  } catch {
    return false;
  }
}
