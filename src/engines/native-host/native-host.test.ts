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
import type { HostConfig } from './host-config.ts';
import type { ChildStateReport } from './kept-alive.ts';
import { NativeHost } from './native-host.ts';

const demo = fileURLToPath(new URL('../../../assets/asr-demo-model', import.meta.url));
const good: HostConfig = { model: join(demo, 'model.int8.onnx'), tokens: join(demo, 'tokens.txt'), numThreads: 1 };

let folder: string;
let host: NativeHost;
let clock: ManualClock;
let states: ChildStateReport[];
let lines: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dialtone-host-'));
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

function make(prepare: () => Promise<HostConfig>): void {
  clock = new ManualClock();
  states = [];
  lines = [];
  host = new NativeHost({
    engine: 'sherpa',
    prepare,
    clock,
    random: () => 1,
    onState: (report) => states.push(report),
    onLog: (line) => lines.push(line),
  });
}

/** An utterance of no audio: its final result, or what became of it. */
async function outcome(): Promise<unknown> {
  const stream = host.open(new AbortController().signal);
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
  const model = join(folder, 'model.onnx');
  writeFileSync(model, content());
  make(async () => ({ ...good, model }));
  await expect(host.ready()).rejects.toMatchObject({
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
  cpSync(good.model, model);
  clock.advance(10_000);
  await host.ready();
  expect(states.map(({ state }) => state)).toEqual(['starting', 'down', 'starting', 'ready']);
});

test('what the check finds is the reason, and nothing is started', async () => {
  make(async () => {
    throw new DialtoneError('engine_misconfigured', 'tokens.txt is empty');
  });
  const waiting = outcome();
  await expect(host.ready()).rejects.toMatchObject({ code: 'engine_misconfigured', message: 'tokens.txt is empty' });
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
    await host.ready();
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
  host.start();
  await expect.poll(() => host.pid).toBeTypeOf('number');
  const { pid } = host;
  await host.close();
  expect(running(pid ?? 0)).toBe(false);
  expect(clock.pending).toBe(0);
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
