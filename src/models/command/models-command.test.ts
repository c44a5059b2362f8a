import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/program.ts';
import { startWebServer } from '../../../test/support/web-server.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { CATALOGUE } from '../catalogue.ts';
import { listModels } from './list-models.ts';
import { modelsCommand } from './models-command.ts';
import { BarProgress, LineProgress } from './progress.ts';

async function setUp() {
  const server = await startWebServer((_, response) => response.writeHead(404).end());
  const modelsDir = temporaryFolder();
  let out = '';
  let err = '';
  const complain = (text: string) => {
    err += text;
  };
  const stop = new AbortController();
  const run = (...args: string[]) =>
    modelsCommand(args, {
      modelsDir,
      baseUrl: server.url,
      clock: new ManualClock(Date.now()),
      limits: { stallMs: 1000, maxRedirects: 1 },
      uniqueId: () => 'id',
      signal: stop.signal,
      progress: new LineProgress(complain),
      out: (text) => {
        out += text;
      },
      err: complain,
    });
  return { run, modelsDir, stop, out: () => out, err: () => err };
}

describe('the command for models', () => {
  it('lists the catalogue, what is installed, and what else is there', async () => {
    const { run, modelsDir, out } = await setUp();
    mkdirSync(join(modelsDir, 'silero_vad'));
    mkdirSync(join(modelsDir, 'my-model'));
    mkdirSync(join(modelsDir, '.downloads'));
    expect(await run('list')).toBe(0);
    const lines = out().split('\n');
    expect(lines.filter((line) => line.startsWith('*'))).toEqual([
      expect.stringMatching(/^\* {2}silero_vad +vad +silero +any +0\.6 MB +MIT$/),
      expect.stringMatching(/^\* {2}my-model +not from the catalogue$/),
      `* is installed in ${modelsDir}`,
    ]);
    for (const { name } of CATALOGUE) expect(out()).toContain(` ${name} `);
  });

  it('lists the catalogue when there is no folder yet', () => {
    expect(listModels('/nowhere/at/all')).toMatch(/parakeet-tdt-0\.6b-v3-int8 +stt +offline-transducer +25 languages/);
  });

  it.each([
    [[], 'say what to do with the models'],
    [['fly'], 'unknown command "models fly"'],
    [['list', 'x'], '"x" is one argument too many'],
    [['install'], 'say which model to install'],
    [['install', 'a', 'b'], '"b" is one argument too many'],
    [['verify', 'a', 'b'], '"b" is one argument too many'],
    [['remove'], 'say which model to remove'],
  ])('%j is a mistake of use', async (args, text) => {
    const { run, err } = await setUp();
    expect(await run(...args)).toBe(64);
    expect(err()).toContain(text);
    expect(err()).toContain('models install NAME');
  });

  it.each(['install', 'verify', 'remove'])('%s suggests names like an unknown one', async (action) => {
    const { run } = await setUp();
    await expect(run(action, 'silero')).rejects.toMatchObject({
      code: 'model_unknown',
      message: expect.stringContaining('Did you mean silero_vad'),
    });
  });

  it('verifies what is installed, and says what to do', async () => {
    const { run, modelsDir, out, err } = await setUp();
    expect(await run('verify')).toBe(0);
    expect(out()).toBe(`no model is installed in ${modelsDir}\n`);
    const folder = join(modelsDir, 'silero_vad');
    mkdirSync(folder);
    expect(await run('verify')).toBe(0);
    expect(out()).toContain('silero_vad: not installed by dialtone, so there is nothing to compare it with\n');
    const noted = { bytes: 1, sha256: '0'.repeat(64) };
    const manifest = { model: 'silero_vad', installedAt: '', downloads: [], files: { 'a.onnx': noted } };
    writeFileSync(join(folder, 'dialtone-model.json'), JSON.stringify(manifest));
    expect(await run('verify', 'silero_vad')).toBe(1);
    expect(err()).toBe(
      'silero_vad: a.onnx is missing. Install it again: npm run models -- remove silero_vad, then npm run models -- install silero_vad\n',
    );
  });

  it('fails with what the download fails with', async () => {
    const { run } = await setUp();
    await expect(run('install', 'silero_vad')).rejects.toMatchObject({ code: 'model_download_failed' });
  });

  it('that is stopped says how to go on', async () => {
    const { run, stop, err } = await setUp();
    stop.abort();
    expect(await run('install', 'silero_vad')).toBe(1);
    expect(err()).toBe(
      'stopped. What has come of silero_vad is kept: npm run models -- install silero_vad goes on from there\n',
    );
  });
});

describe('progress', () => {
  it('is a bar on a terminal, drawn ten times a second, no longer than a line', () => {
    let text = '';
    const clock = new ManualClock();
    const bar = new BarProgress((part) => (text += part), clock, 60);
    bar.downloading('a-model.tar.bz2', 0, 100_000_000);
    clock.advance(50);
    bar.downloading('a-model.tar.bz2', 10_000_000, 100_000_000);
    clock.advance(950);
    bar.downloading('a-model.tar.bz2', 50_000_000, 100_000_000);
    bar.downloading('a-model.tar.bz2', 100_000_000, 100_000_000);
    bar.unpacking('a-model.tar.bz2', 100_000_000, 100_000_000);
    bar.end();
    const lines = text.split('\r\u001b[K').slice(1);
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^\[#{12}-{12}\] 50% of 100 MB 50 MB\/s {2}downloadi/);
    for (const line of lines) expect(line.trimEnd().length).toBeLessThan(60);
    expect(text.match(/\n/g)).toHaveLength(2);
  });

  it('on a terminal tells the bytes where the length is not known', () => {
    let text = '';
    new BarProgress((part) => (text += part), new ManualClock(), 80).downloading('x.onnx', 1_500_000, undefined);
    expect(text).toContain('1.5 MB 0.0 MB/s  downloading x.onnx');
  });

  it('elsewhere is a line for every tenth, or every 50 MB', () => {
    const lines: string[] = [];
    const progress = new LineProgress((line) => lines.push(line));
    for (let done = 0; done <= 100; done++) progress.downloading('a', done * 1_000_000, 100_000_000);
    progress.end();
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('downloading a: 100 MB of 100 MB\n');
    for (let done = 0; done <= 100; done++) progress.downloading('b', done * 1_000_000, undefined);
    expect(lines.slice(11)).toEqual(['downloading b: 0.0 MB\n', 'downloading b: 50 MB\n', 'downloading b: 100 MB\n']);
  });
});
