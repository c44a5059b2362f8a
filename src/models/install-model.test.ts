import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bzip2, type TarEntry, tar } from '../../test/support/archives.ts';
import { temporaryFolder } from '../../test/support/program.ts';
import { startWebServer } from '../../test/support/web-server.ts';
import { ManualClock } from '../core/manual-clock.ts';
import type { CatalogueModel, ModelDownload } from './catalogue.ts';
import { installedModel } from './find-model.ts';
import { type InstallOptions, installModel } from './install-model.ts';
import { MANIFEST, readManifest } from './manifest.ts';
import { removeModel } from './remove-model.ts';
import { verifyModel } from './verify-model.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const packed = (entries: readonly TarEntry[]): Buffer => bzip2(tar(entries));

const ARCHIVE = packed([
  { path: 'test-voice/', type: '5' },
  { path: 'test-voice/model.onnx', content: 'weights '.repeat(100) },
  { path: 'test-voice/tokens.txt', content: 'a 0\n' },
  { path: 'test-voice/espeak-ng-data/en', content: 'data' },
]);
const VOCODER = Buffer.from('vocoder');

const NOTED = {
  url: expect.stringMatching(/\/tts-models\/test-voice\.tar\.bz2$/),
  bytes: ARCHIVE.length,
  sha256: sha256(ARCHIVE),
};

const archive = (extra: Partial<ModelDownload> = {}): ModelDownload => ({
  release: 'tts-models',
  file: 'test-voice.tar.bz2',
  ...extra,
});

const model = (downloads: readonly ModelDownload[] = [archive()]): CatalogueModel => ({
  name: 'test-voice',
  kind: 'tts',
  family: 'vits',
  languages: ['en'],
  licence: 'MIT',
  downloads,
});

type Files = Readonly<Record<string, Buffer>>;

/** A server with these files by their paths, and a folder for models. */
async function setUp(files: Files | ((request: IncomingMessage, response: ServerResponse) => void)) {
  const server = await startWebServer((request, response) => {
    if (typeof files === 'function') return files(request, response);
    const file = files[request.url ?? ''];
    if (file === undefined) response.writeHead(404).end('nothing');
    else response.writeHead(200, { etag: '"1"', 'content-length': file.length }).end(file);
  });
  const modelsDir = join(temporaryFolder(), 'models');
  const clock = new ManualClock(Date.now());
  const stop = new AbortController();
  let ids = 0;
  const options: InstallOptions = {
    modelsDir,
    baseUrl: server.url.replace(/\/$/, ''),
    clock,
    limits: { stallMs: 30_000, maxRedirects: 3 },
    uniqueId: () => `id${ids++}`,
    signal: stop.signal,
    progress: { downloading: () => undefined, unpacking: () => undefined },
  };
  return { server, modelsDir, clock, stop, options };
}

/** What is in the folder besides models. */
const leftovers = (modelsDir: string): string[] => {
  const folder = join(modelsDir, '.downloads');
  return existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String).sort() : [];
};

const URL_PATH = '/tts-models/test-voice.tar.bz2';

describe('installModel', () => {
  it('puts the files of an archive into a folder of the model’s name, and notes them', async () => {
    const { options, modelsDir, clock } = await setUp({ [URL_PATH]: ARCHIVE });
    const { folder, downloads } = await installModel(model(), options);
    expect(folder).toBe(join(modelsDir, 'test-voice'));
    expect(installedModel('test-voice', modelsDir)).toBe(folder);
    expect(downloads).toEqual([{ ...NOTED, compared: false }]);
    expect(readdirSync(folder).sort()).toEqual([MANIFEST, 'espeak-ng-data', 'model.onnx', 'tokens.txt']);
    expect(await readManifest(folder)).toEqual({
      model: 'test-voice',
      installedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      downloads,
      files: {
        'espeak-ng-data/en': { bytes: 4, sha256: sha256(Buffer.from('data')) },
        'model.onnx': { bytes: 800, sha256: sha256(Buffer.from('weights '.repeat(100))) },
        'tokens.txt': { bytes: 4, sha256: sha256(Buffer.from('a 0\n')) },
      },
    });
    expect(leftovers(modelsDir)).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('leaves a model alone that is there, also one that the user has put there', async () => {
    const { options, modelsDir, server } = await setUp({ [URL_PATH]: ARCHIVE });
    mkdirSync(join(modelsDir, 'test-voice'), { recursive: true });
    expect(await installModel(model(), options)).toEqual({
      folder: join(modelsDir, 'test-voice'),
      downloads: undefined,
    });
    expect(server.requests).toHaveLength(0);
    expect(readdirSync(join(modelsDir, 'test-voice'))).toEqual([]);
  });

  it('joins an archive and single files, and compares them with what is known', async () => {
    const { options } = await setUp({ [URL_PATH]: ARCHIVE, '/vocoder-models/vocoder.onnx': VOCODER });
    const both = model([
      archive({ sha256: sha256(ARCHIVE) }),
      { release: 'vocoder-models', file: 'vocoder.onnx', sha256: sha256(VOCODER) },
    ]);
    const { folder, downloads } = await installModel(both, options);
    expect(downloads?.map(({ compared }) => compared)).toEqual([true, true]);
    expect(readFileSync(join(folder, 'vocoder.onnx'), 'utf8')).toBe('vocoder');
    expect(existsSync(join(folder, 'model.onnx'))).toBe(true);
    expect(await verifyModel(folder)).toEqual({ compared: 4, problems: [] });
  });

  it('takes an archive without a folder of its own as it is', async () => {
    const flat = packed([
      { path: 'model.onnx', content: 'x' },
      { path: 'data/en', content: 'y' },
    ]);
    const { options } = await setUp({ [URL_PATH]: flat });
    const { folder } = await installModel(model(), options);
    expect(readdirSync(folder).sort()).toEqual(['data', MANIFEST, 'model.onnx']);
  });

  it('deletes a wrong file and says so; the next installation begins anew', async () => {
    const files: Record<string, Buffer> = { [URL_PATH]: packed([{ path: 'm/evil', content: 'evil' }]) };
    const { options, modelsDir, server } = await setUp(files);
    const known = model([archive({ sha256: sha256(ARCHIVE) })]);
    await expect(installModel(known, options)).rejects.toMatchObject({
      code: 'model_bad_file',
      message: expect.stringMatching(
        /^test-voice\.tar\.bz2 from 127\.0\.0\.1:\d+ is not the file that dialtone knows \(SHA-256 .* instead of .*\); it is deleted\. Try again/,
      ),
    });
    expect(installedModel('test-voice', modelsDir)).toBeUndefined();
    expect(leftovers(modelsDir)).toEqual(['test-voice']);
    files[URL_PATH] = ARCHIVE;
    await installModel(known, options);
    expect(server.requests.map(({ headers }) => headers.range)).toEqual([undefined, undefined]);
  });

  it.each<[string, Buffer, string]>([
    ['that is cut short', ARCHIVE.subarray(0, ARCHIVE.length - 50), 'is damaged or cut short'],
    ['that is a page for people', Buffer.from('<html>Please log in</html>'), 'is damaged or cut short'],
    ['that leads out', packed([{ path: '../../evil', content: 'x' }]), 'has a file "../../evil" that leads out'],
    ['with an absolute path', packed([{ path: '/tmp/evil', content: 'x' }]), 'that leads out of its folder'],
    [
      'with a link that leads out',
      packed([
        { path: 'm/x', content: 'x' },
        { path: 'm/evil', type: '2', target: '../../../secret' },
      ]),
      'has a link "m/evil" that leads out',
    ],
  ])('deletes an archive %s', async (_, bytes, text) => {
    const { options, modelsDir } = await setUp({ [URL_PATH]: bytes });
    await expect(installModel(model(), options)).rejects.toMatchObject({
      code: 'model_bad_file',
      message: expect.stringMatching(/^test-voice\.tar\.bz2 .*; it is deleted\. Try again/),
    });
    await expect(installModel(model(), options)).rejects.toThrow(text);
    expect(readdirSync(modelsDir)).toEqual(['.downloads']);
    expect(leftovers(modelsDir)).toEqual(['test-voice']);
  });

  it('notices an archive whose server gave a length that is too small', async () => {
    const { options, modelsDir } = await setUp((request, response) => {
      response.writeHead(200, { etag: '"1"', 'content-length': ARCHIVE.length - 60 });
      request.socket.write(ARCHIVE);
      response.end();
    });
    await expect(installModel(model(), options)).rejects.toMatchObject({ code: expect.stringMatching(/^model_/) });
    expect(installedModel('test-voice', modelsDir)).toBeUndefined();
  });

  it('keeps a part when it is stopped or the server breaks off, and goes on with it', async () => {
    let hangs: ServerResponse | undefined;
    const { options, modelsDir, server, stop } = await setUp((request, response) => {
      const { range } = request.headers;
      if (range === undefined) {
        hangs = response.writeHead(200, { etag: '"1"', 'content-length': ARCHIVE.length });
        response.write(ARCHIVE.subarray(0, 100));
        return;
      }
      const content = `bytes 100-${ARCHIVE.length - 1}/${ARCHIVE.length}`;
      response.writeHead(206, { etag: '"1"', 'content-range': content }).end(ARCHIVE.subarray(100));
    });
    const downloading = (_: string, received: number) => {
      if (received === 100) hangs?.destroy();
      if (received === ARCHIVE.length) stop.abort();
    };
    const stopped = { ...options, progress: { ...options.progress, downloading } };
    await expect(installModel(model(), stopped)).rejects.toThrow('broke off');
    expect(leftovers(modelsDir)).toEqual([
      'test-voice',
      join('test-voice', 'test-voice.tar.bz2.part'),
      join('test-voice', 'test-voice.tar.bz2.part.json'),
    ]);
    await expect(installModel(model(), stopped)).rejects.toMatchObject({ name: 'AbortError' });
    expect(installedModel('test-voice', modelsDir)).toBeUndefined();
    expect(leftovers(modelsDir)).toHaveLength(3);
    expect(server.requests.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=100-']);
  });

  it('twice at once installs it once', async () => {
    const waiting: ServerResponse[] = [];
    const { options, server, modelsDir } = await setUp((_, response) => void waiting.push(response));
    const first = installModel(model(), options);
    await expect.poll(() => waiting.length).toBe(1);
    await expect(installModel(model(), options)).rejects.toMatchObject({
      code: 'model_busy',
      message: expect.stringContaining('another process is installing this model'),
    });
    waiting[0]?.writeHead(200).end(ARCHIVE);
    const { folder } = await first;
    expect(await installModel(model(), options)).toEqual({ folder, downloads: undefined });
    expect(server.requests).toHaveLength(1);
    expect(leftovers(modelsDir)).toEqual([]);
  });

  it('removes what a killed installation has left behind', async () => {
    const { options, modelsDir } = await setUp({ [URL_PATH]: ARCHIVE });
    mkdirSync(join(modelsDir, '.downloads', 'test-voice.temporary-old', 'inner'), { recursive: true });
    mkdirSync(join(modelsDir, '.downloads', 'test-voice2.temporary-old'), { recursive: true });
    await installModel(model(), options);
    expect(leftovers(modelsDir)).toEqual(['test-voice2.temporary-old']);
  });

  it('says what to do about a folder that cannot be used', async () => {
    const { options } = await setUp({ [URL_PATH]: ARCHIVE });
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(installModel(model(), { ...options, modelsDir: join(file, 'models') })).rejects.toMatchObject({
      code: 'model_folder',
      message: expect.stringMatching(
        /cannot be used \(ENOTDIR\)\. Name a folder that this user may write to by MODELS_DIR$/,
      ),
    });
  });
});

describe('verifyModel', () => {
  it('names every file that is not as it was, and minds no file that has been added', async () => {
    const { options } = await setUp({ [URL_PATH]: ARCHIVE });
    const { folder } = await installModel(model(), options);
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    expect(await verifyModel(folder)).toEqual({ compared: 3, problems: [] });
    writeFileSync(join(folder, 'model.onnx'), 'Weights '.repeat(100));
    writeFileSync(join(folder, 'tokens.txt'), '');
    const { problems } = await verifyModel(folder);
    expect(problems).toEqual(['model.onnx has changed', 'tokens.txt has 0 bytes instead of 4']);
  });

  it('has nothing to compare a folder with that the user made', async () => {
    const folder = temporaryFolder();
    expect(await verifyModel(folder)).toEqual({ compared: undefined, problems: [] });
    writeFileSync(join(folder, MANIFEST), '{"model": 3}');
    expect(await verifyModel(folder)).toEqual({ compared: undefined, problems: [] });
  });
});

describe('removeModel', () => {
  it('removes what dialtone has installed', async () => {
    const { options, modelsDir, clock } = await setUp({ [URL_PATH]: ARCHIVE });
    const { folder } = await installModel(model(), options);
    expect(await removeModel('test-voice', modelsDir, 'id', clock)).toBe(folder);
    expect(existsSync(folder)).toBe(false);
    expect(leftovers(modelsDir)).toEqual([]);
  });

  it('removes a model of the catalogue, and the part of one', async () => {
    const { modelsDir, clock } = await setUp({});
    mkdirSync(join(modelsDir, 'silero_vad'), { recursive: true });
    await removeModel('silero_vad', modelsDir, 'id', clock);
    mkdirSync(join(modelsDir, '.downloads', 'silero_vad'), { recursive: true });
    await removeModel('silero_vad', modelsDir, 'id', clock);
    expect(leftovers(modelsDir)).toEqual([]);
    await expect(removeModel('silero_vad', modelsDir, 'id', clock)).rejects.toMatchObject({
      code: 'model_not_installed',
    });
  });

  it.each(['photos', '..', '../photos', ''])('does not touch "%s"', async (name) => {
    const { modelsDir, clock } = await setUp({});
    mkdirSync(join(modelsDir, 'photos'), { recursive: true });
    await expect(removeModel(name, modelsDir, 'id', clock)).rejects.toMatchObject({ code: 'model_unknown' });
    expect(readdirSync(modelsDir)).toEqual(['photos']);
  });
});
