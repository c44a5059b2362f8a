import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkModel, SPEAKING } from './model-check.ts';

const demo = fileURLToPath(new URL('../../../assets/asr-demo-model', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dialtone-model-'));
  for (const name of ['model.int8.onnx', 'tokens.txt', 'sha256.txt']) cpSync(join(demo, name), join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string): string {
  return join(folder, name);
}

async function problem(): Promise<string> {
  const error = await checkModel(folder).then(
    () => new Error('it was taken for good'),
    (error: Error) => error,
  );
  expect(error).toMatchObject({ code: 'engine_misconfigured', message: expect.stringContaining('SHERPA_MODEL_DIR') });
  return error.message;
}

test('the demo model is good, with and without its hashes', async () => {
  expect(await checkModel(demo)).toMatchObject({
    use: 'streaming',
    kind: 'nemoCtc',
    group: { model: join(demo, 'model.int8.onnx') },
    tokens: join(demo, 'tokens.txt'),
  });
  rmSync(file('sha256.txt'));
  await checkModel(folder);
  cpSync(file('model.int8.onnx'), file('model.onnx'));
  rmSync(file('model.int8.onnx'));
  expect((await checkModel(folder)).group).toEqual({ model: file('model.onnx') });
});

test('a recogniser is no voice', async () => {
  await expect(checkModel(demo, SPEAKING)).rejects.toThrow(
    /holds a recogniser \(nemoCtc\), not a voice.*SHERPA_TTS_MODEL_DIR/,
  );
});

test.each([
  ['no folder', () => rmSync(folder, { recursive: true }), 'cannot be read (ENOENT)'],
  [
    'no tokens',
    () => {
      for (const name of ['tokens.txt', 'sha256.txt']) rmSync(file(name));
    },
    'it is not clear which speech model',
  ],
  ['tokens that the hashes name', () => rmSync(file('tokens.txt')), 'tokens.txt cannot be read (ENOENT)'],
  ['an empty model', () => writeFileSync(file('model.int8.onnx'), ''), 'model.int8.onnx is empty'],
  ['a changed model', () => writeFileSync(file('model.int8.onnx'), 'garbage'), 'changed or only partly downloaded'],
  ['a hash list that is none', () => writeFileSync(file('sha256.txt'), 'hello'), 'not "hash  file"'],
  [
    'a hash list that leads elsewhere',
    () => writeFileSync(file('sha256.txt'), `${'0'.repeat(64)}  ../x`),
    'not "hash  file"',
  ],
])('%s is refused', async (_, spoil, text) => {
  spoil();
  expect(await problem()).toContain(text);
});

test('a model that is a folder is refused', async () => {
  rmSync(file('model.int8.onnx'));
  mkdirSync(file('model.int8.onnx'));
  expect(await problem()).toContain('not a regular file');
});

test.each([
  ['a line without an id', '<blk> 0\nhello\n', 'line 2: not "token id"'],
  ['an id twice', '<blk> 0\na 1\nb 1\n', 'line 3: not "token id", or an id twice'],
  ['no blank', 'a 0\nb 1\n', 'no blank token'],
  ['a gap', '<blk> 0\na 2\n', 'no token has the id 1'],
  ['fewer tokens than the model has', '<blk> 0\na 1\n', 'has 2 tokens'],
])('tokens with %s are refused', async (_, text, expected) => {
  rmSync(file('sha256.txt'));
  writeFileSync(file('tokens.txt'), text);
  expect(await problem()).toContain(expected);
});
