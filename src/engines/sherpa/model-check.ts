import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { DialtoneError } from '../../core/errors.ts';
import type { ModelSpec } from '../native-host/host-config.ts';
import { mostCopies } from '../native-host/host-count.ts';
import { type ModelFiles, modelFiles } from './model-files.ts';
import { type OnnxMetadata, readOnnxMetadata } from './onnx-metadata.ts';
import { speakerLanguages } from './speaker-languages.ts';

/** What a model is wanted for. */
export interface ModelPurpose {
  readonly is: 'recogniser' | 'voice' | 'detector';
  /** The variable that names the folder, for errors. */
  readonly variable: string;
}

/** Recognisers. */
export const HEARING: ModelPurpose = { is: 'recogniser', variable: 'SHERPA_MODEL_DIR' };
/** Voices. */
export const SPEAKING: ModelPurpose = { is: 'voice', variable: 'SHERPA_TTS_MODEL_DIR' };
/** Detectors of speech. */
export const DETECTING: ModelPurpose = { is: 'detector', variable: 'VAD_MODEL' };

const HASHES = 'sha256.txt';
const BLANKS: ReadonlySet<string> = new Set(['<blk>', '<blank>', '<eps>']);
/** Utterances or sentences that wait for one model. */
const MAX_WAITING = 32;
/** More threads made small models that stream slower, and streams are decoded together anyway. */
const STREAMING_THREADS = 1;
const MAX_THREADS = 4;
/** Sounds that are listened to at once: each has its own copy of the model, about 3 MB. One takes part of a second. */
const MAX_SOUNDS = 16;
/** Copies of SenseVoice, one for each language that it is told and one that finds out. */
const MAX_TOLD = 4;
/** Longer utterances are said to end the process. */
const MOONSHINE_2_SECONDS = 9;

/**
 * Finds the model in `folder` and checks what would make the native code end its process without a word: missing, empty or
 * changed files, and with CTC models a token list that is broken, without a blank or too short. What is left is found by
 * loading it in a child.
 * @throws DialtoneError `engine_misconfigured` that says what to do.
 */
export function checkModel(folder: string, purpose: ModelPurpose = HEARING): Promise<ModelSpec> {
  return advised(purpose, () => check(folder, purpose));
}

/**
 * Finds silero's model in `folder` and checks it as {@link checkModel} does.
 * @throws DialtoneError `engine_misconfigured` that says what to do.
 */
export function checkDetector(folder: string): Promise<ModelSpec> {
  return advised(DETECTING, async () => {
    const models = (await filesOf(folder)).filter((name) => /silero.*\.onnx$/i.test(name));
    const [name] = models;
    if (name === undefined || models.length > 1) {
      throw wrong(`${folder} has ${models.length === 0 ? 'no' : 'more than one'} silero_vad.onnx`);
    }
    const model = join(folder, name);
    await size(model);
    await checkHashes(folder);
    return {
      use: 'detector',
      kind: 'sileroVad',
      group: { model },
      tokens: '',
      numThreads: STREAMING_THREADS,
      maxWaiting: MAX_SOUNDS,
    };
  });
}

/** What is wrong with a model is told with what to do. */
async function advised(purpose: ModelPurpose, look: () => Promise<ModelSpec>): Promise<ModelSpec> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof DialtoneError)) throw error;
    const fallback = purpose.is === 'recogniser' ? '; unset, the demo model is used' : '';
    const text = `${error.message}. Fix or fetch the speech model again, or point ${purpose.variable} elsewhere${fallback}.`;
    throw new DialtoneError('engine_misconfigured', text, { cause: error.cause });
  }
}

async function check(folder: string, purpose: ModelPurpose): Promise<ModelSpec> {
  const names = await filesOf(folder);
  const metadata = new Map<string, OnnxMetadata>();
  for (const name of names.filter((each) => each.endsWith('.onnx'))) {
    await size(join(folder, name));
    metadata.set(name, await readOnnxMetadata(join(folder, name)));
  }
  await checkHashes(folder);
  const found = modelFiles({ folder, names, metadata });
  if ((found.use === 'tts') !== (purpose.is === 'voice')) {
    throw wrong(
      `${folder} holds a ${found.use === 'tts' ? 'voice' : 'recogniser'} (${found.kind}), not a ${purpose.is}`,
    );
  }
  const tokens = join(folder, found.tokens);
  await size(tokens);
  for (const name of pathsOf(found)) if (name !== found.files.dataDir) await size(join(folder, name));
  const { model = '' } = found.files;
  if (/ctc/i.test(found.kind)) await checkTokens(tokens, join(folder, model), metadata.get(model));
  const speakers =
    found.use === 'tts' ? speakerLanguages(found, metadata.get(voiceFile(found)) ?? new Map()) : undefined;
  return {
    ...spec(folder, found, tokens, names),
    ...(await toldLanguages(folder, found, metadata)),
    ...(speakers && { speakers }),
  };
}

function filesOf(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw wrong(`the folder ${folder} cannot be read (${error.code})`, error);
  });
}

/** Rules for numbers and dates. Those of Kokoro are Chinese, and would read the numbers of every language so. */
function rulesOf({ use, kind }: ModelFiles, names: readonly string[], ending: string): string[] {
  return use === 'tts' && kind !== 'kokoro' ? names.filter((name) => name.endsWith(ending)).toSorted() : [];
}

function spec(folder: string, found: ModelFiles, tokens: string, names: readonly string[]): ModelSpec {
  const { use, kind, files, modelType } = found;
  const path = (value: string) =>
    value
      .split(',')
      .map((name) => join(folder, name))
      .join(',');
  const [fsts, fars] = ['.fst', '.far'].map((ending) => rulesOf(found, names, ending).join(','));
  const threads = Math.min(MAX_THREADS, Math.max(1, availableParallelism() - 1));
  return {
    use,
    kind,
    group: {
      ...Object.fromEntries(Object.entries(files).map(([name, value]) => [name, path(value)])),
      ...(kind === 'senseVoice' && { language: 'auto', useInverseTextNormalization: 1 }),
      ...(kind === 'whisper' && { task: 'transcribe' }),
    },
    tokens,
    ...(modelType !== undefined && { modelType }),
    ...(fsts && { ruleFsts: path(fsts) }),
    ...(fars && { ruleFars: path(fars) }),
    numThreads: use === 'streaming' ? STREAMING_THREADS : threads,
    maxWaiting: MAX_WAITING,
    ...('mergedDecoder' in files && { maxSeconds: MOONSHINE_2_SECONDS }),
  };
}

function voiceFile({ files }: ModelFiles): string {
  return files.model ?? files.acousticModel ?? '';
}

/** Which languages the model can be told to hear, and how often it may be there for that. */
async function toldLanguages(
  folder: string,
  { kind, files }: ModelFiles,
  metadata: ReadonlyMap<string, OnnxMetadata>,
): Promise<Pick<ModelSpec, 'languages' | 'maxCopies'>> {
  if (kind === 'whisper') {
    const facts = metadata.get(files.encoder ?? '');
    const codes = facts?.get('is_multilingual') === '1' ? facts.get('all_language_codes') : undefined;
    return codes === undefined ? {} : { languages: codes.split(',') };
  }
  if (kind !== 'senseVoice') return {};
  const keys = [...(metadata.get(files.model ?? '')?.keys() ?? [])].filter((key) => /^lang_(?!auto$)/.test(key));
  const bytes = (await size(join(folder, files.model ?? ''))) ?? 0;
  return { languages: keys.map((key) => key.slice('lang_'.length)), maxCopies: mostCopies(MAX_TOLD, bytes) };
}

function pathsOf({ files }: ModelFiles): string[] {
  return Object.values(files).flatMap((value) => value.split(','));
}

async function checkTokens(tokens: string, model: string, metadata: OnnxMetadata | undefined): Promise<void> {
  const count = tokenCount(await readFile(tokens, 'utf8'), tokens);
  // Without the blank.
  const vocabulary = Number(metadata?.get('vocab_size'));
  if (count >= vocabulary + 1 || Number.isNaN(vocabulary)) return;
  throw wrong(`${tokens} has ${count} tokens, ${model} needs ${vocabulary + 1}: they do not belong together`);
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

function wrong(problem: string, cause?: unknown): DialtoneError {
  return new DialtoneError('engine_misconfigured', problem, { cause });
}
