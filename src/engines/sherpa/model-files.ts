import { DialtoneError } from '../../core/errors.ts';
import type { ModelUse } from '../native-host/host-config.ts';
import type { OnnxMetadata } from './onnx-metadata.ts';

/** What a folder holds, subfolders by their names only. */
export interface FolderListing {
  /** Path or name of the folder, for errors; its last part is a hint where the files do not say what they are. */
  readonly folder: string;
  readonly names: readonly string[];
  /** Metadata of the model files among them. */
  readonly metadata: ReadonlyMap<string, OnnxMetadata>;
}

/** Which files of a folder make a model, by the names that sherpa-onnx has for them. */
export interface ModelFiles {
  readonly use: ModelUse;
  readonly kind: string;
  readonly files: Readonly<Record<string, string>>;
  readonly tokens: string;
  readonly modelType?: string;
}

/** What may be in a folder, for the error of one that holds something else. */
const EXPECTED =
  'expected is tokens.txt and one of: encoder, decoder and joiner (streaming zipformer, Parakeet); model.onnx (NeMo CTC, zipformer ' +
  'CTC, SenseVoice, paraformer); encoder and decoder (streaming paraformer, Whisper); preprocess, encode, uncached_decode and cached_decode, or ' +
  'encoder_model and decoder_model_merged (Moonshine); a voice.onnx with espeak-ng-data or lexicon.txt (Piper, VITS); model.onnx ' +
  'with voices.bin (Kokoro, Kitten); model-steps-3.onnx with a vocoder (Matcha)';

const DATA_DIR = 'espeak-ng-data';
const MAX_NAMED = 15;

/**
 * What a folder holds, by its files and what they say of themselves. Where a file is there in int8 and in full, int8 is taken.
 * Pure.
 * @throws DialtoneError `engine_misconfigured` that says which files were found and what is expected
 */
export function modelFiles(listing: FolderListing): ModelFiles {
  const models = listing.names.filter((name) => /\.(onnx|ort)$/i.test(name) && !/(silero|ten)[-_]vad/i.test(name));
  const tokens =
    listing.names.find((name) => /^tokens.*\.txt$/i.test(name)) ??
    listing.names.find((name) => /-tokens\.txt$/i.test(name));
  const found = tokens === undefined ? undefined : recognise(listing, models);
  if (tokens === undefined || !found) throw unclear(listing);
  return { ...found, tokens };
}

type Found = Omit<ModelFiles, 'tokens'>;

function recognise(listing: FolderListing, models: readonly string[]): Found | undefined {
  const encoder = only(models, /(^|[-_.])encode(r|r_model)?([-_.]|$)/i);
  const decoder = only(models, /(^|[-_.])decode(r|r_model)?([-_.](?!.*merged)|$)/i, /cached/i);
  const joiner = only(models, /(^|[-_.])joiner/i);
  if (encoder && decoder && joiner) return transducer(listing, { encoder, decoder, joiner });
  return (
    moonshine(models, encoder) ??
    (encoder && decoder ? encoderDecoder(listing, encoder, decoder) : undefined) ??
    voice(listing, models) ??
    single(listing, models)
  );
}

function transducer(listing: FolderListing, files: Found['files']): Found {
  const metadata = metadataOf(listing, files.encoder);
  const isStreaming = streams(listing, metadata);
  const isNemo = /^EncDec/.test(metadata.get('model_type') ?? '') || /nemo|parakeet/i.test(lastPart(listing));
  const modelType = isNemo && !isStreaming ? { modelType: 'nemo_transducer' } : {};
  return { use: isStreaming ? 'streaming' : 'offline', kind: 'transducer', files, ...modelType };
}

function moonshine(models: readonly string[], encoder: string | undefined): Found | undefined {
  const preprocessor = only(models, /preprocess/i);
  const uncachedDecoder = only(models, /uncached_decode/i);
  const cachedDecoder = only(models, /(^|[-_.])cached_decode/i);
  const mergedDecoder = only(models, /decoder_model_merged/i);
  if (encoder && preprocessor && uncachedDecoder && cachedDecoder) {
    return { use: 'offline', kind: 'moonshine', files: { preprocessor, encoder, uncachedDecoder, cachedDecoder } };
  }
  return encoder && mergedDecoder
    ? { use: 'offline', kind: 'moonshine', files: { encoder, mergedDecoder } }
    : undefined;
}

function encoderDecoder(listing: FolderListing, encoder: string, decoder: string): Found | undefined {
  const type = metadataOf(listing, encoder).get('model_type') ?? '';
  const names = `${type} ${lastPart(listing)}`;
  if (/whisper/i.test(names)) return { use: 'offline', kind: 'whisper', files: { encoder, decoder } };
  if (/paraformer/i.test(names)) return { use: 'streaming', kind: 'paraformer', files: { encoder, decoder } };
  // The exports of Whisper bear the size of the model before "encoder", those of paraformer nothing.
  if (type !== '') return undefined;
  if (/^encoder/i.test(encoder)) return { use: 'streaming', kind: 'paraformer', files: { encoder, decoder } };
  return { use: 'offline', kind: 'whisper', files: { encoder, decoder } };
}

function voice(listing: FolderListing, models: readonly string[]): Found | undefined {
  const has = (name: string) => listing.names.includes(name);
  const all = listing.names.filter((name) => /^lexicon.*\.txt$/i.test(name)).toSorted();
  // Two accents of one language: the first one found counts anyway.
  const lexicons = all.includes('lexicon-us-en.txt') ? all.filter((name) => name !== 'lexicon-gb-en.txt') : all;
  const speech = {
    ...(has(DATA_DIR) && { dataDir: DATA_DIR }),
    ...(lexicons.length > 0 && { lexicon: lexicons.join(',') }),
  };
  const vocoder = only(models, /vocos|vocoder|hifigan/i);
  const model = only(models, /./, /vocos|vocoder|hifigan/i);
  if (!model) return undefined;
  if (vocoder) return { use: 'tts', kind: 'matcha', files: { acousticModel: model, vocoder, ...speech } };
  const metadata = metadataOf(listing, model);
  const names = `${metadata.get('model_type') ?? ''} ${lastPart(listing)}`;
  const voices = only(listing.names, /^voices.*\.bin$/i);
  if (voices) {
    const kind = /kitten/i.test(names) ? 'kitten' : 'kokoro';
    // Kitten has no lexicon.
    const { lexicon: _, ...data } = speech;
    return { use: 'tts', kind, files: { model, voices, ...(kind === 'kitten' ? data : speech) } };
  }
  const isVits = metadata.has('n_speakers') || /vits|piper/i.test(names) || 'dataDir' in speech || 'lexicon' in speech;
  return isVits ? { use: 'tts', kind: 'vits', files: { model, ...speech } } : undefined;
}

function single(listing: FolderListing, models: readonly string[]): Found | undefined {
  // A second export for whole utterances stands aside where there is one that streams.
  const model = only(models, /./, /offline/i) ?? only(models, /offline/i);
  if (!model) return undefined;
  const metadata = metadataOf(listing, model);
  const type = metadata.get('model_type') ?? '';
  const folder = lastPart(listing);
  const is = (use: ModelUse, kind: string): Found => ({ use, kind, files: { model } });
  if (/sense_?voice/i.test(type) || /sense-?voice/i.test(folder)) return is('offline', 'senseVoice');
  if (/paraformer/i.test(`${type} ${folder}`)) return is('offline', 'paraformer');
  const isStreaming = streams(listing, metadata);
  if (/^EncDec/.test(type)) return is(isStreaming ? 'streaming' : 'offline', 'nemoCtc');
  if (/^zipformer/.test(type)) return isStreaming ? is('streaming', 'zipformer2Ctc') : is('offline', 'zipformerCtc');
  return undefined;
}

/** A model that streams keeps what it has heard between its steps, and says how long a step is. */
function streams(listing: FolderListing, metadata: OnnxMetadata): boolean {
  const keys = ['cache_last_channel_dim1', 'decode_chunk_len', 'window_size'];
  return keys.some((key) => metadata.has(key)) || /streaming/i.test(lastPart(listing));
}

/** The one file of that name, in int8 where there is one. Undefined: there is none, or it is not clear which. */
function only(names: readonly string[], pattern: RegExp, but?: RegExp): string | undefined {
  const all = names.filter((name) => pattern.test(name) && !but?.test(name));
  const isInt8 = (name: string) => /int8/i.test(name);
  const preferred = all.some(isInt8) ? all.filter(isInt8) : all.filter((name) => !/fp16/i.test(name));
  const chosen = preferred.length > 0 ? preferred : all;
  return chosen.length === 1 ? chosen[0] : undefined;
}

function metadataOf(listing: FolderListing, name = ''): OnnxMetadata {
  return listing.metadata.get(name) ?? new Map();
}

function lastPart({ folder }: FolderListing): string {
  return folder.split(/[/\\]/).findLast((part) => part !== '') ?? '';
}

function unclear({ folder, names }: FolderListing): DialtoneError {
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  const found = names.length === 0 ? 'nothing' : `${names.slice(0, MAX_NAMED).join(', ')}${more}`;
  const text = `it is not clear which speech model ${folder} holds: found ${found}; ${EXPECTED}`;
  return new DialtoneError('engine_misconfigured', text);
}
