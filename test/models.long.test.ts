import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bzip2, tar } from './support/archives.ts';
import { startProgram, temporaryFolder } from './support/program.ts';
import { startWebServer } from './support/web-server.ts';

// The command as people start it: the compiled program, its signals and exit codes. What single faults of a server do is
// tested beside src/models.

/** A model of the catalogue whose SHA-256 is not known, so that any archive is taken for it. */
const NAME = 'vits-piper-en_US-amy-low';
const PATH = `/tts-models/${NAME}.tar.bz2`;
const ARCHIVE = bzip2(
  tar([
    { path: `${NAME}/en_US-amy-low.onnx`, content: 'weights' },
    { path: `${NAME}/tokens.txt`, content: '_ 0\n' },
  ]),
);

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const honest: Answer = (request, response) => {
  if (request.url !== PATH) return void response.writeHead(404).end();
  const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
  const range = { 'content-range': `bytes ${from}-${ARCHIVE.length - 1}/${ARCHIVE.length}` };
  const headers = { etag: '"1"', 'content-length': ARCHIVE.length - from, ...(from === 0 ? {} : range) };
  response.writeHead(from === 0 ? 200 : 206, headers).end(ARCHIVE.subarray(from));
};

async function setUp(answer: Answer) {
  const server = await startWebServer((request, response) => answer(request, response));
  const modelsDir = join(temporaryFolder(), 'models');
  const start = (args: readonly string[], env: Record<string, string> = {}) =>
    startProgram(['models', ...args], { env: { MODELS_DIR: modelsDir, MODELS_BASE_URL: server.url, ...env } });
  const run = async (args: readonly string[], env?: Record<string, string>) => {
    const program = start(args, env);
    return { code: await program.ended, out: program.out(), err: program.err() };
  };
  return { server, modelsDir, start, run };
}

describe('dialtone models', () => {
  it('installs, lists, verifies and removes a model', async () => {
    const { run, modelsDir } = await setUp(honest);
    const folder = join(modelsDir, NAME);
    const installed = await run(['install', NAME]);
    expect(installed).toMatchObject({ code: 0, out: expect.stringContaining(`${NAME} is installed in ${folder}\n`) });
    expect(installed.out).toMatch(
      /dialtone does not know the SHA-256 of vits-piper-en_US-amy-low\.tar\.bz2.*Noted: [0-9a-f]{64}/,
    );
    expect(installed.err).toContain(`downloading ${NAME}.tar.bz2: `);
    expect(readFileSync(join(folder, 'tokens.txt'), 'utf8')).toBe('_ 0\n');
    expect(await run(['install', NAME])).toMatchObject({ code: 0, out: `${NAME} is installed already in ${folder}\n` });
    expect((await run(['list'])).out).toMatch(new RegExp(`^\\* +${NAME} `, 'm'));
    expect(await run(['verify'])).toMatchObject({ code: 0, out: `${NAME}: all 2 files are as they were installed\n` });
    expect(await run(['remove', NAME])).toMatchObject({ code: 0, out: `removed ${folder}\n` });
    expect(existsSync(folder)).toBe(false);
  });

  it('stopped by a signal keeps what has come, and goes on with it', async () => {
    let first = true;
    const { start, run, server, modelsDir } = await setUp((request, response) => {
      if (!first) return honest(request, response);
      first = false;
      response.writeHead(200, { etag: '"1"', 'content-length': ARCHIVE.length });
      response.write(ARCHIVE.subarray(0, 64));
    });
    const program = start(['install', NAME]);
    const part = join(modelsDir, '.downloads', NAME, `${NAME}.tar.bz2.part`);
    await expect.poll(() => existsSync(part) && readFileSync(part).length).toBe(64);
    program.child.kill('SIGINT');
    expect(await program.ended).toBe(1);
    expect(program.err()).toContain(
      `stopped. What has come of ${NAME} is kept: npm run models -- install ${NAME} goes on`,
    );
    expect(readdirSync(join(modelsDir, '.downloads'))).toEqual([NAME]);
    expect((await run(['install', NAME])).code).toBe(0);
    expect(server.requests.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=64-']);
  });

  it('killed leaves nothing that is in the way of the next', async () => {
    let first = true;
    const { start, run, modelsDir } = await setUp((request, response) => {
      if (!first) return honest(request, response);
      first = false;
      response.writeHead(200, { etag: '"1"', 'content-length': ARCHIVE.length });
      response.write(ARCHIVE.subarray(0, 64));
    });
    const program = start(['install', NAME]);
    const part = join(modelsDir, '.downloads', NAME, `${NAME}.tar.bz2.part`);
    await expect.poll(() => existsSync(part) && readFileSync(part).length).toBe(64);
    program.child.kill('SIGKILL');
    await program.ended;
    expect((await run(['install', NAME])).code).toBe(0);
    expect(readdirSync(join(modelsDir, '.downloads'))).toEqual([]);
  });

  it.each<[string, string[], Answer, RegExp]>([
    [
      'a server that does not have it',
      ['install', NAME],
      (_, response) => void response.writeHead(404).end(),
      /answered 404/,
    ],
    [
      'a wrong file',
      ['install', 'silero_vad'],
      (_, response) => void response.end('another file'),
      /^silero_vad\.onnx from \S+ is not the file that dialtone knows \(SHA-256 .*; it is deleted\. /m,
    ],
    [
      'an unknown name',
      ['install', 'amy'],
      honest,
      /^there is no model "amy"\. Did you mean vits-piper-en_US-amy-low\?/,
    ],
    [
      'a model that is not there',
      ['verify', NAME],
      honest,
      /Install it: npm run models -- install vits-piper-en_US-amy-low$/m,
    ],
  ])('fails in one line for %s', async (_, args, answer, text) => {
    const { run } = await setUp(answer);
    const { code, out, err } = await run(args);
    expect(code).toBe(1);
    expect(out).toBe('');
    const lines = err.trimEnd().split('\n');
    expect(lines.filter((line) => !line.startsWith('downloading '))).toHaveLength(1);
    expect(err).toMatch(text);
  });

  it('tells mistakes of use and of settings by the exit codes of the other commands', async () => {
    const { run } = await setUp(honest);
    expect(await run(['fly'])).toMatchObject({
      code: 64,
      err: expect.stringContaining('unknown command "models fly"'),
    });
    for (const MODELS_BASE_URL of ['ftp://mirror', 'https://ann:secret@mirror', 'https://mirror?x=1']) {
      const { code, err } = await run(['list'], { MODELS_BASE_URL });
      expect(code).toBe(78);
      expect(err).toContain('MODELS_BASE_URL: give an address');
      expect(err).not.toContain('secret');
    }
    expect((await run(['list'], { PORT: 'eighty' })).code).toBe(0);
  });
});
