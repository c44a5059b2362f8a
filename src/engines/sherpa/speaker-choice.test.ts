import { describe, expect, it } from 'vitest';
import { parseVoices } from '../../config/voices/voice-book.ts';
import { sherpaSpeaker, speaksLanguage } from './speaker-choice.ts';

const voices = parseVoices(
  JSON.stringify({
    voices: [
      { name: 'Ann', language: 'en', sherpa: { model: 'kokoro-multi-lang-v1_0', speaker: 3 } },
      { name: 'Bea', language: 'en', sherpa: { model: 'kokoro-en-v0_19', speaker: 1 } },
      { name: 'Cai', language: 'zh', sherpa: { model: 'kokoro-multi-lang-v1_0', speaker: 49 } },
      { name: 'Dan', language: 'en' },
    ],
  }),
  'voices.json',
);
const kokoro = { folder: '/models/kokoro-multi-lang-v1_0', byLanguage: { en: 0, zh: 45 } };
const unnamed = { ...kokoro, folder: '/models/other' };

describe('sherpaSpeaker', () => {
  it.each([
    ['the voice itself', kokoro, 'Ann', undefined, 3],
    ['the voice itself in its own language', kokoro, 'Ann', 'en-GB', 3],
    ['the voice of the book for another language', kokoro, 'Ann', 'zh', 49],
    ['the same the other way round', kokoro, 'Cai', 'en', 3],
    ['a dialect counts as its language', kokoro, 'Ann', 'cmn-Hans', 49],
    ['the speaker of the model where the book has none', unnamed, 'Ann', 'zh', 45],
    ['the voice itself for a language that is not spoken', kokoro, 'Cai', 'fr', 49],
    ['a voice of another model', kokoro, 'Bea', undefined, 0],
    ['a voice without an entry', kokoro, 'Dan', 'en', 3],
    ['a name that is not in the book', kokoro, 'Eve', 'zh', 49],
  ] as const)('%s', (_, speakers, name, language, speaker) => {
    expect(sherpaSpeaker(voices, name, speakers, language)).toBe(speaker);
  });

  it.each([
    ['/models/Kokoro-en-v0_19/', 1],
    ['/models/kokoro-en-v0_19-int8', 1],
    ['/models/kokoro', 0],
  ])('takes %s for a model by its beginning, in any case', (folder, speaker) => {
    expect(sherpaSpeaker(voices, 'Bea', { folder })).toBe(speaker);
  });
});

describe('speaksLanguage', () => {
  it('is what the model says, and yes for one that does not say', () => {
    expect(['en-US', 'zh', 'fr'].map((language) => speaksLanguage(kokoro, language))).toEqual([true, true, false]);
    expect(speaksLanguage({ folder: '/models/voice' }, 'fr')).toBe(true);
  });
});
