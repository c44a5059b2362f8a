import { expect, test } from 'vitest';
import { type FolderListing, type ModelFiles, modelFiles } from './model-files.ts';

type Metadata = Readonly<Record<string, Readonly<Record<string, string>>>>;

function listing(folder: string, names: string, metadata: Metadata = {}): FolderListing {
  const maps = Object.entries(metadata).map(([name, of]) => [name, new Map(Object.entries(of))] as const);
  return { folder, names: names.split(' '), metadata: new Map(maps) };
}

/** The kind in one word, and the files that were chosen. */
function short({ use, kind, files, modelType }: ModelFiles): string {
  return `${use} ${kind}${modelType ? `/${modelType}` : ''}: ${Object.values(files).join(' ')}`;
}

const STREAMING = { model_type: 'zipformer2', decode_chunk_len: '32' };

// The files of the public models by those names.
test.each<[string, string, Metadata, string]>([
  [
    'models/sherpa-onnx-streaming-zipformer-en-20M-2023-02-17',
    'encoder-epoch-99-avg-1.onnx encoder-epoch-99-avg-1.int8.onnx decoder-epoch-99-avg-1.onnx decoder-epoch-99-avg-1.int8.onnx joiner-epoch-99-avg-1.onnx joiner-epoch-99-avg-1.int8.onnx tokens.txt test_wavs',
    {},
    'streaming transducer: encoder-epoch-99-avg-1.int8.onnx decoder-epoch-99-avg-1.int8.onnx joiner-epoch-99-avg-1.int8.onnx',
  ],
  [
    'renamed',
    'encoder.onnx decoder.onnx joiner.onnx tokens.txt',
    { 'encoder.onnx': STREAMING },
    'streaming transducer: encoder.onnx decoder.onnx joiner.onnx',
  ],
  [
    'sherpa-onnx-nemo-parakeet-tdt-0.6b-v3-int8',
    'encoder.int8.onnx decoder.int8.onnx joiner.int8.onnx tokens.txt',
    { 'encoder.int8.onnx': { model_type: 'EncDecRNNTBPEModel' } },
    'offline transducer/nemo_transducer: encoder.int8.onnx decoder.int8.onnx joiner.int8.onnx',
  ],
  [
    'zipformer-gigaspeech',
    'encoder.int8.onnx decoder.onnx joiner.int8.onnx tokens.txt',
    { 'encoder.int8.onnx': { model_type: 'zipformer2' } },
    'offline transducer: encoder.int8.onnx decoder.onnx joiner.int8.onnx',
  ],
  [
    'sherpa-onnx-nemo-streaming-fast-conformer-ctc-en-80ms',
    'model.onnx tokens.txt',
    { 'model.onnx': { model_type: 'EncDecHybridRNNTCTCBPEModel', window_size: '25' } },
    'streaming nemoCtc: model.onnx',
  ],
  [
    'nemo-parakeet-ctc',
    'model.int8.onnx tokens.txt',
    { 'model.int8.onnx': { model_type: 'EncDecCTCModelBPE', vocab_size: '1024' } },
    'offline nemoCtc: model.int8.onnx',
  ],
  [
    'sherpa-onnx-streaming-zipformer-ctc-small',
    'ctc-epoch-30.onnx ctc-epoch-30.int8.onnx tokens.txt',
    { 'ctc-epoch-30.int8.onnx': STREAMING },
    'streaming zipformer2Ctc: ctc-epoch-30.int8.onnx',
  ],
  [
    'demo with both exports',
    'model.int8.onnx model.offline.int8.onnx tokens.txt sha256.txt',
    {
      'model.int8.onnx': { model_type: 'EncDecCTCModel', window_size: '12' },
      'model.offline.int8.onnx': { model_type: 'zipformer2_ctc' },
    },
    'streaming nemoCtc: model.int8.onnx',
  ],
  [
    'the second export',
    'model.offline.int8.onnx tokens.txt',
    { 'model.offline.int8.onnx': { model_type: 'zipformer2_ctc' } },
    'offline zipformerCtc: model.offline.int8.onnx',
  ],
  [
    'sherpa-onnx-sense-voice-zh-en-ja-ko-yue-2024-07-17',
    'model.onnx model.int8.onnx tokens.txt test_wavs',
    { 'model.int8.onnx': { model_type: 'sense_voice_ctc' } },
    'offline senseVoice: model.int8.onnx',
  ],
  [
    'sherpa-onnx-streaming-paraformer-bilingual-zh-en',
    'encoder.onnx encoder.int8.onnx decoder.onnx decoder.int8.onnx tokens.txt',
    {},
    'streaming paraformer: encoder.int8.onnx decoder.int8.onnx',
  ],
  [
    'sherpa-onnx-paraformer-en',
    'model.int8.onnx silero_vad.onnx tokens.txt',
    { 'model.int8.onnx': { model_type: 'paraformer' } },
    'offline paraformer: model.int8.onnx',
  ],
  [
    'sherpa-onnx-whisper-tiny.en',
    'tiny.en-encoder.onnx tiny.en-encoder.int8.onnx tiny.en-decoder.onnx tiny.en-decoder.int8.onnx tiny.en-tokens.txt',
    {},
    'offline whisper: tiny.en-encoder.int8.onnx tiny.en-decoder.int8.onnx',
  ],
  [
    'sherpa-onnx-moonshine-tiny-en-int8',
    'preprocess.onnx encode.int8.onnx uncached_decode.int8.onnx cached_decode.int8.onnx tokens.txt',
    {},
    'offline moonshine: preprocess.onnx encode.int8.onnx uncached_decode.int8.onnx cached_decode.int8.onnx',
  ],
  [
    'sherpa-onnx-moonshine-tiny-en-quantized-2026-02-27',
    'encoder_model.ort decoder_model_merged.ort tokens.txt',
    {},
    'offline moonshine: encoder_model.ort decoder_model_merged.ort',
  ],
  [
    'vits-piper-en_US-amy-low',
    'en_US-amy-low.onnx en_US-amy-low.onnx.json tokens.txt espeak-ng-data MODEL_CARD',
    {},
    'tts vits: en_US-amy-low.onnx espeak-ng-data',
  ],
  ['vits-ljs', 'vits-ljs.onnx tokens.txt lexicon.txt', {}, 'tts vits: vits-ljs.onnx lexicon.txt'],
  [
    'by characters',
    'model.onnx tokens.txt',
    { 'model.onnx': { n_speakers: '2', sample_rate: '16000' } },
    'tts vits: model.onnx',
  ],
  [
    'kokoro-multi-lang-v1_0',
    'model.onnx voices.bin tokens.txt espeak-ng-data lexicon-gb-en.txt lexicon-us-en.txt lexicon-zh.txt date-zh.fst dict',
    {},
    'tts kokoro: model.onnx voices.bin espeak-ng-data lexicon-us-en.txt,lexicon-zh.txt',
  ],
  [
    'kitten-nano-en-v0_1-fp16',
    'model.fp16.onnx voices.bin tokens.txt espeak-ng-data',
    {},
    'tts kitten: model.fp16.onnx voices.bin espeak-ng-data',
  ],
  [
    'matcha-icefall-en_US-ljspeech',
    'model-steps-3.onnx vocos-22khz-univ.onnx tokens.txt espeak-ng-data',
    {},
    'tts matcha: model-steps-3.onnx vocos-22khz-univ.onnx espeak-ng-data',
  ],
])('%s', (folder, names, metadata, expected) => {
  expect(short(modelFiles(listing(folder, names, metadata)))).toBe(expected);
});

test.each([
  ['no tokens', 'encoder.onnx decoder.onnx joiner.onnx'],
  ['no model', 'tokens.txt README.md'],
  ['a model that says nothing of itself', 'model.onnx tokens.txt'],
  ['two models', 'encoder-a.onnx encoder-b.onnx decoder-a.onnx joiner-a.onnx tokens.txt'],
  ['an encoder and a decoder of another kind', 'encoder.int8.onnx decoder.int8.onnx tokens.txt'],
])('%s: unclear, and the error says what is there and what should be', (_, names) => {
  const message = expect.stringMatching(new RegExp(`found ${names.replaceAll(' ', ', ')}; expected is tokens.txt`));
  const canary = { 'encoder.int8.onnx': { model_type: 'EncDecMultiTaskModel' } };
  expect(() => modelFiles(listing('x', names, canary))).toThrow(
    expect.objectContaining({ code: 'engine_misconfigured', message }),
  );
});
