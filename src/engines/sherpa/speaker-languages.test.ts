import { expect, it } from 'vitest';
import { speakerLanguages } from './speaker-languages.ts';

/** As in kokoro-multi-lang-v1_0. */
const NAMES = 'af_alloy,af_aoede,am_adam,bf_alice,ef_dora,ff_siwis,jf_alpha,zf_xiaobei,zm_yunxi';

it.each([
  [
    'Kokoro speaks the languages of its word lists',
    { kind: 'kokoro', files: { model: 'model.onnx', lexicon: 'lexicon-us-en.txt,lexicon-zh.txt' } },
    { speaker_names: NAMES, voice: 'en-us' },
    { en: 0, zh: 7 },
  ],
  ['the English Kokoro', { kind: 'kokoro', files: {} }, { speaker_names: 'af,af_bella', voice: 'en-us' }, { en: 0 }],
  ['Piper', { kind: 'vits', files: {} }, { voice: 'de' }, { de: 0 }],
  ['Piper of a dialect', { kind: 'vits', files: {} }, { voice: 'pt-br' }, { pt: 0 }],
  ['a voice that does not say', { kind: 'vits', files: {} }, { language: 'English' }, undefined],
  ['Kokoro without names', { kind: 'kokoro', files: { lexicon: 'lexicon-zh.txt' } }, {}, undefined],
])('%s', (_, found, metadata, speakers) => {
  expect(speakerLanguages(found, new Map(Object.entries(metadata)))).toEqual(speakers);
});
