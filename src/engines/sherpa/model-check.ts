import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DialtoneError } from '../../core/errors.ts';

/** A model that may be tried. */
export interface CheckedModel {
  readonly model: string;
  readonly tokens: string;
}

const MODEL_NAMES = ['model.int8.onnx', 'model.onnx'] as const;
const TOKENS = 'tokens.txt';
const HASHES = 'sha256.txt';
const BLANKS: ReadonlySet<string> = new Set(['<blk>', '<blank>', '<eps>']);
const METADATA_TAIL_BYTES = 64 * 1024;

/**
 * Finds a streaming NeMo CTC model in `folder` and checks what would make the native code end its process without a word:
 * missing, empty or changed files, a token list that is broken, without a blank or too short. What is left is found by
 * loading it in the native host.
 * @throws DialtoneError `engine_misconfigured` that says what to do.
 */
export async function checkModel(folder: string): Promise<CheckedModel> {
  const model = await findModel(folder);
  const tokens = join(folder, TOKENS);
  await size(tokens);
  await checkHashes(folder);
  const count = tokenCount(await readFile(tokens, 'utf8'), tokens);
  const vocabulary = await vocabularySize(model);
  if (vocabulary !== undefined && count < vocabulary + 1) {
    throw wrong(`${tokens} has ${count} tokens, ${model} needs ${vocabulary + 1}: they do not belong together`);
  }
  return { model, tokens };
}

async function findModel(folder: string): Promise<string> {
  for (const name of MODEL_NAMES) {
    const path = join(folder, name);
    if ((await size(path, true)) !== undefined) return path;
  }
  throw wrong(`${folder} holds neither ${MODEL_NAMES.join(' nor ')}`);
}

async function size(path: string, mayBeMissing = false): Promise<number | undefined> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && mayBeMissing) return undefined;
    throw wrong(`${path} cannot be read (${error.code})`, error);
  });
  if (!info) return undefined;
  if (!info.isFile()) throw wrong(`${path} is not a regular file`);
  if (info.size === 0) throw wrong(`${path} is empty: the download was cut short`);
  return info.size;
}

/** `sha256.txt` beside the model, lines of `hash  name`, as sha256sum writes them. None there: nothing to check. */
async function checkHashes(folder: string): Promise<void> {
  const list = join(folder, HASHES);
  if ((await size(list, true)) === undefined) return;
  for (const line of (await readFile(list, 'utf8')).split('\n')) {
    if (line.trim() === '') continue;
    const [, expected, name] = /^([0-9a-f]{64}) [ *]([^/\\]+?)\s*$/i.exec(line) ?? [];
    if (!expected || !name) throw wrong(`${list} has a line that is not "hash  file": ${line.slice(0, 100)}`);
    const path = join(folder, name);
    await size(path);
    const hash = createHash('sha256');
    for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
    if (hash.digest('hex') !== expected.toLowerCase()) {
      throw wrong(`${path} is not the file that ${HASHES} names: it was changed or only partly downloaded`);
    }
  }
}

/** Lines of `token id`, ids from 0 without a gap, one of them a blank. */
function tokenCount(text: string, path: string): number {
  const ids = new Set<number>();
  let blank = false;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '') continue;
    const [, token = '', id = ''] = /^(.*?)\s*(?<=\s)(\d+)$/.exec(line) ?? [];
    if (id === '' || ids.has(Number(id))) throw wrong(`${path}, line ${index + 1}: not "token id", or an id twice`);
    ids.add(Number(id));
    blank ||= BLANKS.has(token);
  }
  if (!blank) throw wrong(`${path} has no blank token (${[...BLANKS].join(', ')})`);
  for (let id = 0; id < ids.size; id++) if (!ids.has(id)) throw wrong(`${path}: no token has the id ${id}`);
  return ids.size;
}

/**
 * The `vocab_size` (without the blank) that NeMo exports carry in their metadata, which ONNX files end with. Undefined
 * when it is not found there.
 */
async function vocabularySize(model: string): Promise<number | undefined> {
  const file = await open(model);
  try {
    const { size: bytes } = await file.stat();
    const tail = Buffer.alloc(Math.min(bytes, METADATA_TAIL_BYTES));
    await file.read(tail, 0, tail.length, bytes - tail.length);
    // A protobuf map entry: field 1 the key, field 2 (tag 0x12) the value with its length before it.
    const at = tail.lastIndexOf('vocab_size');
    const tag = at + 'vocab_size'.length;
    if (at < 0 || tail[tag] !== 0x12) return undefined;
    const value = tail.toString('latin1', tag + 2, tag + 2 + (tail[tag + 1] ?? 0));
    return /^\d{1,9}$/.test(value) ? Number(value) : undefined;
  } finally {
    await file.close();
  }
}

function wrong(problem: string, cause?: unknown): DialtoneError {
  const text = `${problem}. Fix or fetch the speech model again, or point SHERPA_MODEL_DIR elsewhere; unset, the demo model is used.`;
  return new DialtoneError('engine_misconfigured', text, { cause });
}
