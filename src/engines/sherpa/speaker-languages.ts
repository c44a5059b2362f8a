import { spokenLanguage } from '../../config/language.ts';
import { languageOfEspeakVoice } from '../../config/voices/espeak-languages.ts';
import type { ModelFiles } from './model-files.ts';
import type { OnnxMetadata } from './onnx-metadata.ts';

/** The first letter of Kokoro's names of speakers: `af_heart`, `zm_yunxi`. */
const KOKORO_LETTERS: Readonly<Record<string, string>> = {
  a: 'en',
  b: 'en',
  e: 'es',
  f: 'fr',
  h: 'hi',
  i: 'it',
  j: 'ja',
  p: 'pt',
  z: 'zh',
};

/**
 * The languages that a voice speaks, without region, and the first speaker of each; undefined: it does not say. Pure.
 *
 * Kokoro's speakers have a language each. What a text sounds like comes from its word lists and, for words that are in none, from espeak's
 * English: a speaker of a language without a word list would read it as an Englishman does.
 */
export function speakerLanguages(
  { kind, files }: Pick<ModelFiles, 'kind' | 'files'>,
  metadata: OnnxMetadata,
): Readonly<Record<string, number>> | undefined {
  const lists = (files.lexicon ?? '').match(/lexicon-[\w-]+(?=\.txt)/g) ?? [];
  if (kind === 'kokoro' && lists.length > 0) {
    const spoken = new Set(lists.map((name) => name.split('-').at(-1)));
    const speakers: Record<string, number> = {};
    for (const [index, name] of (metadata.get('speaker_names') ?? '').split(',').entries()) {
      const language = KOKORO_LETTERS[name[0] ?? ''];
      if (language !== undefined && spoken.has(language)) speakers[language] ??= index;
    }
    return Object.keys(speakers).length > 0 ? speakers : undefined;
  }
  // The voice of espeak by which Piper, Kitten, Matcha and the English Kokoro read: `en-us`, `de`.
  const voice = metadata.get('voice');
  const language = voice === undefined ? undefined : languageOfEspeakVoice(voice);
  return language === undefined ? undefined : { [spokenLanguage(language)]: 0 };
}
