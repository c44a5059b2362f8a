/** What a model is for. */
type ModelKind = 'stt' | 'tts' | 'vad';

/** How sherpa-onnx loads a model: which of its model groups takes the files. */
type ModelFamily =
  | 'streaming-transducer'
  | 'streaming-ctc'
  | 'streaming-paraformer'
  | 'offline-transducer'
  | 'sense-voice'
  | 'whisper'
  | 'moonshine'
  | 'vits'
  | 'kokoro'
  | 'matcha'
  | 'kitten'
  | 'silero';

/** One file of a release of sherpa-onnx. An archive is unpacked, any other file is put into the model's folder as it is. */
export interface ModelDownload {
  /** The release it belongs to, which is also its folder on a mirror. */
  readonly release: 'asr-models' | 'tts-models' | 'vocoder-models';
  readonly file: string;
  /** Hex. Undefined where only the source itself vouches for the file. */
  readonly sha256?: string;
}

/** A model that dialtone knows how to install. */
export interface CatalogueModel {
  /** Unique, and the name of its folder. */
  readonly name: string;
  readonly kind: ModelKind;
  readonly family: ModelFamily;
  /** Tags of BCP 47; `mul`: a hundred of them. Empty: it does not matter which language is spoken. */
  readonly languages: readonly string[];
  /** Of the download, in millions of bytes. Undefined where it is not known. */
  readonly megabytes?: number;
  /** Of the weights. Voices bring data of eSpeak NG along, which is GPL-3.0. */
  readonly licence: string;
  readonly downloads: readonly ModelDownload[];
}

type Facts = Omit<CatalogueModel, 'name' | 'kind' | 'downloads'> & { readonly sha256?: string };

/** A recogniser: one archive of its own name. */
const stt = (name: string, { sha256, ...facts }: Facts): CatalogueModel =>
  archive(name, 'stt', 'asr-models', facts, sha256);

/** A voice: one archive of its own name. */
const tts = (name: string, { sha256, ...facts }: Facts): CatalogueModel =>
  archive(name, 'tts', 'tts-models', facts, sha256);

function archive(
  name: string,
  kind: ModelKind,
  release: ModelDownload['release'],
  facts: Facts,
  sha256: string | undefined,
): CatalogueModel {
  const file = `${name}.tar.bz2`;
  return { name, kind, ...facts, downloads: [sha256 === undefined ? { release, file } : { release, file, sha256 }] };
}

const APACHE = 'Apache-2.0';
const CC_BY = 'CC-BY-4.0';
const KROKO = 'CC-BY-SA-4.0';
const FUNASR = 'FunASR Model License 1.1';
const MODEL_CARD = 'see its MODEL_CARD';

const EUROPEAN = [
  ...['bg', 'cs', 'da', 'de', 'el', 'en', 'es', 'et', 'fi', 'fr', 'hr', 'hu', 'it'],
  ...['lt', 'lv', 'mt', 'nl', 'pl', 'pt', 'ro', 'ru', 'sk', 'sl', 'sv', 'uk'],
];

/**
 * The models that can be installed by name. A SHA-256 is here only where independent sources agree on it: the releases may
 * replace a file under its old name.
 */
export const CATALOGUE: readonly CatalogueModel[] = [
  stt('sherpa-onnx-streaming-zipformer-en-20M-2023-02-17', {
    family: 'streaming-transducer',
    languages: ['en'],
    megabytes: 128,
    licence: APACHE,
    sha256: '9c559283e8498d3fe95913c79ca1cb454bb26281ac2b102b41306c7d752765d9',
  }),
  stt('sherpa-onnx-streaming-zipformer-en-2023-06-26', {
    family: 'streaming-transducer',
    languages: ['en'],
    megabytes: 311,
    licence: APACHE,
    sha256: '639e25b578e9e997131402199419c13a941f8e4e198e2da1ce57dbf5cf401282',
  }),
  stt('sherpa-onnx-streaming-zipformer-en-kroko-2025-08-06', {
    family: 'streaming-transducer',
    languages: ['en'],
    megabytes: 57,
    licence: KROKO,
    sha256: 'c8676e5ff9ac2a85296e53ee0fd4d5fb1db6770e7a7647166eeafe349ade6834',
  }),
  stt('sherpa-onnx-streaming-zipformer-de-kroko-2025-08-06', {
    family: 'streaming-transducer',
    languages: ['de'],
    megabytes: 58,
    licence: KROKO,
    sha256: '9e27b783c20e67b0d0f13a258c1861fce199917c969d9176a438bee38df64962',
  }),
  stt('sherpa-onnx-streaming-zipformer-fr-kroko-2025-08-06', {
    family: 'streaming-transducer',
    languages: ['fr'],
    megabytes: 57,
    licence: KROKO,
    sha256: 'e6ffd3dc43725cd6c8137b05c739f15607d0df946b9b90eb141e10059efca024',
  }),
  stt('sherpa-onnx-streaming-zipformer-es-kroko-2025-08-06', {
    family: 'streaming-transducer',
    languages: ['es'],
    megabytes: 124,
    licence: KROKO,
    sha256: '31b2230a95d23290b308b393da930015a4b2105cb3abb9367aed35f7fcf29cf1',
  }),
  stt('sherpa-onnx-streaming-zipformer-bilingual-zh-en-2023-02-20', {
    family: 'streaming-transducer',
    languages: ['zh', 'en'],
    megabytes: 488,
    licence: APACHE,
  }),
  stt('sherpa-onnx-nemotron-speech-streaming-en-0.6b-80ms-int8-2026-04-25', {
    family: 'streaming-transducer',
    languages: ['en'],
    megabytes: 464,
    licence: 'NVIDIA Open Model License',
    sha256: 'caaf92069dbd1ca054f8e17cab179813bc28b4585f5c392540357ece4722333d',
  }),
  stt('sherpa-onnx-nemo-streaming-fast-conformer-ctc-en-80ms', {
    family: 'streaming-ctc',
    languages: ['en'],
    licence: CC_BY,
  }),
  stt('sherpa-onnx-streaming-zipformer-small-ctc-zh-int8-2025-04-01', {
    family: 'streaming-ctc',
    languages: ['zh'],
    megabytes: 21,
    licence: 'not stated',
  }),
  stt('sherpa-onnx-streaming-paraformer-bilingual-zh-en', {
    family: 'streaming-paraformer',
    languages: ['zh', 'en'],
    megabytes: 1047,
    licence: APACHE,
  }),
  stt('sherpa-onnx-sense-voice-zh-en-ja-ko-yue-int8-2024-07-17', {
    family: 'sense-voice',
    languages: ['zh', 'en', 'ja', 'ko', 'yue'],
    megabytes: 163,
    licence: FUNASR,
    sha256: '7d1efa2138a65b0b488df37f8b89e3d91a60676e416f515b952358d83dfd347e',
  }),
  stt('sherpa-onnx-sense-voice-zh-en-ja-ko-yue-int8-2025-09-09', {
    family: 'sense-voice',
    languages: ['zh', 'en', 'ja', 'ko', 'yue'],
    megabytes: 166,
    licence: FUNASR,
    sha256: '7305f7905bfcf77fa0b39388a313f3da35c68d971661a65475b56fb2162c8e63',
  }),
  stt('sherpa-onnx-whisper-tiny.en', { family: 'whisper', languages: ['en'], megabytes: 118, licence: 'MIT' }),
  stt('sherpa-onnx-whisper-base.en', {
    family: 'whisper',
    languages: ['en'],
    megabytes: 209,
    licence: 'MIT',
    sha256: '475bc7052ce299c007f6d5d5407ba8601f819a2867f6eecee510ed17df581542',
  }),
  stt('sherpa-onnx-whisper-tiny', { family: 'whisper', languages: ['mul'], megabytes: 116, licence: 'MIT' }),
  stt('sherpa-onnx-moonshine-tiny-en-int8', {
    family: 'moonshine',
    languages: ['en'],
    megabytes: 108,
    licence: 'MIT',
    sha256: 'd5fe6ec4334fef36255b2a4010412cad4c007e33103fec62fb5d17cad88086f2',
  }),
  stt('sherpa-onnx-moonshine-tiny-en-quantized-2026-02-27', {
    family: 'moonshine',
    languages: ['en'],
    megabytes: 30,
    licence: 'MIT',
    sha256: '9ec31b342d8fa3240c3b81b8f82e1cf7e3ac467c93ca5a999b741d5887164f8d',
  }),
  stt('sherpa-onnx-nemo-parakeet-tdt-0.6b-v2-int8', {
    family: 'offline-transducer',
    languages: ['en'],
    megabytes: 482,
    licence: CC_BY,
    sha256: '157c157bc51155e03e37d2466522a3a737dd9c72bb25f36eb18912964161e1ad',
  }),
  stt('sherpa-onnx-nemo-parakeet-tdt-0.6b-v3-int8', {
    family: 'offline-transducer',
    languages: EUROPEAN,
    megabytes: 487,
    licence: CC_BY,
    sha256: '5793d0fd397c5778d2cf2126994d58e9d56b1be7c04d13c7a15bb1b4eafb16bf',
  }),
  tts('vits-piper-en_US-amy-low', { family: 'vits', languages: ['en-US'], megabytes: 67, licence: MODEL_CARD }),
  tts('vits-piper-en_US-lessac-medium', {
    family: 'vits',
    languages: ['en-US'],
    megabytes: 67,
    licence: MODEL_CARD,
    sha256: '9e3febfacf0abf4270172d2958bcec246032b7e88efc2720840cc80c93de334e',
  }),
  tts('vits-piper-de_DE-thorsten-medium', {
    family: 'vits',
    languages: ['de-DE'],
    megabytes: 67,
    licence: 'CC0-1.0',
    sha256: '50487d9c95fdf2191f31d2588569381063ba1591dcd4c7d4bdd30f12b2191714',
  }),
  tts('vits-piper-fr_FR-siwis-medium', { family: 'vits', languages: ['fr-FR'], megabytes: 67, licence: CC_BY }),
  tts('vits-piper-es_ES-davefx-medium', { family: 'vits', languages: ['es-ES'], megabytes: 67, licence: MODEL_CARD }),
  tts('kokoro-en-v0_19', { family: 'kokoro', languages: ['en'], megabytes: 320, licence: APACHE }),
  tts('kokoro-multi-lang-v1_0', {
    family: 'kokoro',
    languages: ['en', 'zh'],
    megabytes: 350,
    licence: APACHE,
    sha256: 'c5f7e2d2caf082bc1d20fb70334a61d99d20b484500aad32e7cf84c128ea3298',
  }),
  tts('kokoro-int8-multi-lang-v1_0', {
    family: 'kokoro',
    languages: ['en', 'zh'],
    megabytes: 132,
    licence: APACHE,
    sha256: '4c3052abaa60943a341f193888cf6abd68787dae6ab8ae5c925a706caa247e4e',
  }),
  {
    name: 'matcha-icefall-en_US-ljspeech',
    kind: 'tts',
    family: 'matcha',
    languages: ['en-US'],
    megabytes: 131,
    licence: 'Apache-2.0; vocoder MIT',
    downloads: [
      {
        release: 'tts-models',
        file: 'matcha-icefall-en_US-ljspeech.tar.bz2',
        sha256: 'ea75702da7456a8b1874728278a835220dc8a26f4e8bd93c83bf53dc27679845',
      },
      {
        release: 'vocoder-models',
        file: 'vocos-22khz-univ.onnx',
        sha256: '0574a135aa1db2de6e181050db2ec528496cacd4a4701fc5d7faf9f9804c0081',
      },
    ],
  },
  tts('kitten-nano-en-v0_2-fp16', {
    family: 'kitten',
    languages: ['en'],
    megabytes: 27,
    licence: APACHE,
    sha256: '0345a8a2f4a710cb8f7912c9a731ded8b3e1e69b33a871efa95c2e64651518fe',
  }),
  {
    name: 'silero_vad',
    kind: 'vad',
    family: 'silero',
    languages: [],
    megabytes: 0.6,
    licence: 'MIT',
    downloads: [
      {
        release: 'asr-models',
        file: 'silero_vad.onnx',
        sha256: '9e2449e1087496d8d4caba907f23e0bd3f78d91fa552479bb9c23ac09cbb1fd6',
      },
    ],
  },
  {
    name: 'silero_vad.int8',
    kind: 'vad',
    family: 'silero',
    languages: [],
    megabytes: 0.2,
    licence: 'MIT',
    downloads: [
      {
        release: 'asr-models',
        file: 'silero_vad.int8.onnx',
        sha256: 'c36d490aff5ab924ca6c7aeec4d8f6bd3d22db6fa17611b9c5b17eae58ac3a20',
      },
    ],
  },
];

/** The model of this name in the catalogue. */
export function modelNamed(name: string): CatalogueModel | undefined {
  return CATALOGUE.find((model) => model.name === name);
}
