import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readFileSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice } from './support/backend.ts';
import { type Program, type ProgramOptions, startProgram, temporaryFolder } from './support/program.ts';

/** Engines that need no loading. */
const QUICK = { STT: 'groq', LLM: 'groq', TTS: 'groq', GROQ_API_KEY: 'gsk_x', PORT: '0' };

/** So many entries are wrong: a reload of them writes a line of 20 kB or more. */
const WRONG = Array.from({ length: 200 }, (_, i) => ({
  name: `wrong ${i}`,
  host: '127.0.0.1',
  port: 'ninety thousand',
}));

/** Reloads after which a log that is not read must have left lines out. */
const MAX_RELOADS = 400;

/** A program whose log may be read or not. */
interface Logging {
  readonly program: Program;
  /** What of its log was read. */
  log(): string;
  stopReading(): void;
  goOnReading(): void;
  /** Ends reading for good. */
  closeReader(): void;
}

/** A pipe as a shell makes it, not the socket that node makes. */
function pipe(): { readonly reader: Socket; readonly writeEnd: number } {
  const path = join(temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = openSync(path, constants.O_WRONLY);
  const reader = new Socket({ fd: readEnd, readable: true, writable: false });
  onTestFinished(() => {
    reader.destroy();
  });
  return { reader, writeEnd };
}

/** Starts the program with its log on a pipe, or on a socket as node's own child processes have it. */
function startLogging(kind: 'pipe' | 'socket', options: ProgramOptions): Logging {
  if (kind === 'socket') {
    const program = startProgram([], options);
    const out = program.child.stdout;
    if (!out) throw new Error('no stdout');
    return {
      program,
      log: program.out,
      stopReading: () => out.pause(),
      goOnReading: () => out.resume(),
      closeReader: () => out.destroy(),
    };
  }
  const { reader, writeEnd } = pipe();
  const program = startProgram([], { ...options, stdout: writeEnd });
  closeSync(writeEnd);
  let log = '';
  reader.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  return {
    program,
    log: () => log,
    stopReading: () => reader.pause(),
    goOnReading: () => reader.resume(),
    closeReader: () => reader.destroy(),
  };
}

/** Starts the backend on one device. What comes later in its devices.json is wrong. */
async function serve(kind: 'pipe' | 'socket', env: Readonly<Record<string, string>> = QUICK) {
  const device = await simDevice({ name: 'hall' });
  const folder = temporaryFolder();
  const file = join(folder, 'devices.json');
  const quiet = { greeting: false, long_silence: false, idle_timeout: false };
  writeFileSync(file, JSON.stringify({ devices: [{ name: 'hall', host: '127.0.0.1', port: device.port, ...quiet }] }));
  const logging = startLogging(kind, {
    cwd: folder,
    env: { PORT: '0', LOG_LEVEL: 'trace', STRICT_CONFIG: 'true', ...env },
  });
  await expect.poll(logging.log).toMatch(/"event":"http\.listening"/);
  const [, url = ''] = /"url":"(http:[^"]+)"/.exec(logging.log()) ?? [];
  await device.waitForConnection({ timeoutMs: 60_000 });
  writeFileSync(file, JSON.stringify({ devices: WRONG }));
  const get = async (path: string) => {
    const response = await fetch(`${url}${path}`);
    return { status: response.status, text: await response.text() };
  };
  const dropped = async () => {
    const { text } = await get('/metrics');
    return Number(/^dialtone_log_lines_dropped_total (\d+)$/m.exec(text)?.[1]);
  };
  const reload = () => fetch(`${url}/v1/config/reload`, { method: 'POST' }).then((response) => response.text());
  const exited = once(logging.program.child, 'exit').then(([code, signal]) => code ?? signal);
  return { ...logging, device, get, dropped, reload, exited };
}

type Serving = Awaited<ReturnType<typeof serve>>;

/** Writes more into the log than anything takes. */
async function overflow({ reload, dropped }: Pick<Serving, 'reload' | 'dropped'>): Promise<void> {
  expect(await dropped()).toBe(0);
  for (let i = 0; (await dropped()) === 0; i += 1) {
    if (i > MAX_RELOADS) throw new Error('no line was left out');
    await Promise.all([reload(), reload(), reload(), reload()]);
  }
}

/** How many lines are missing, as the log says. */
function toldMissing(log: string): number[] {
  return [...log.matchAll(/"event":"log\.lines_left_out","lines":(\d+)/g)].map(([, lines]) => Number(lines));
}

it.each(['pipe', 'socket'] as const)(
  'a log on a %s that is not read stops nothing; read again, it says how many lines are missing',
  async (kind) => {
    const serving = await serve(kind, {});
    const { device, get, dropped, log, program, exited } = serving;
    serving.stopReading();
    await overflow(serving);
    expect(await get('/livez')).toMatchObject({ status: 200 });
    await device.say(demoSample('01.wav'));
    const reply = await device.waitForReply({ timeoutMs: 60_000 });
    expect(reply.audioMs).toBeGreaterThan(500);
    expect(toldMissing(log())).toEqual([]);

    serving.goOnReading();
    await expect.poll(() => toldMissing(log())).not.toEqual([]);
    const sum = () => toldMissing(log()).reduce((all, lines) => all + lines, 0);
    await expect.poll(async () => (await dropped()) - sum()).toBe(0);
    program.child.kill('SIGTERM');
    expect(await exited).toBe(0);
    await expect.poll(log).toMatch(/"event":"process\.shutdown".*\n/);
    const lines = log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; level: string });
    expect(lines.find(({ event }) => event === 'log.lines_left_out')).toMatchObject({ level: 'warn' });
  },
);

it('a log that is not read does not keep the process from ending', async () => {
  const serving = await serve('pipe');
  serving.stopReading();
  await overflow(serving);
  serving.program.child.kill('SIGTERM');
  expect(await serving.exited).toBe(0);
});

it('a log whose reader is gone stops nothing', async () => {
  const serving = await serve('pipe');
  serving.closeReader();
  await overflow(serving);
  expect(await serving.get('/livez')).toMatchObject({ status: 200 });
  serving.program.child.kill('SIGTERM');
  expect(await serving.exited).toBe(0);
});

/** Where a program may print to, and what has arrived there. */
const PLACES = {
  'a file': () => {
    const path = join(temporaryFolder(), 'printed');
    return { fd: openSync(path, 'w'), printed: () => readFileSync(path, 'utf8') };
  },
  'a pipe': () => {
    const { reader, writeEnd } = pipe();
    let text = '';
    reader.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    return { fd: writeEnd, printed: () => text };
  },
} as const;

describe.each(Object.entries(PLACES))('the last that is printed comes out on %s', (_, place) => {
  it('when a defect of its own ends the program with 70', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'devices.json'), '{"devices": []}');
    const module = join(folder, 'defect.mjs');
    writeFileSync(module, `process.on('SIGUSR2', () => { throw new Error('a planted defect'); });`);
    const { fd, printed } = place();
    const program = startProgram([], { cwd: folder, env: QUICK, nodeArgs: ['--import', module], stdout: fd });
    closeSync(fd);
    await expect.poll(printed).toMatch(/"event":"http\.listening"/);
    program.child.kill('SIGUSR2');
    expect(await program.ended).toBe(70);
    await expect.poll(printed).toMatch(/"event":"process\.uncaught".*a planted defect.*\n$/);
  });

  it.each(['serve', 'validate'])('when %s ends with 78 and has more to say than a pipe holds', async (command) => {
    const folder = temporaryFolder();
    const devices = Array.from({ length: 3_000 }, (__, i) => ({ name: `wrong ${i}`, host: 'a b', port: 1 }));
    writeFileSync(join(folder, 'devices.json'), JSON.stringify({ devices }));
    const { fd, printed } = place();
    const program = startProgram([command], { cwd: folder, env: { STRICT_CONFIG: 'true' }, stderr: fd });
    closeSync(fd);
    expect(await program.ended).toBe(78);
    await expect.poll(printed).toMatch(/devices\[2999\]\.host: .*\n$/);
    expect(printed().length).toBeGreaterThan(100_000);
  });
});
