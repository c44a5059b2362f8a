import init from '@echogarden/espeak-ng-emscripten';
import { describe, expect, it } from 'vitest';
import { espeakNamesOf, espeakSpeaks, languageOfEspeakVoice } from './espeak-languages.ts';

describe('a language', () => {
  it.each([
    ['de', ['de']],
    ['de-AT', ['de-at', 'de']],
    ['en', ['en-us']],
    ['en-GB', ['en']],
    ['zh', ['cmn']],
    ['zh-CN', ['zh-cn', 'cmn']],
    ['zh-HK', ['yue']],
    ['no', ['nb']],
    ['pt-BR', ['pt-br', 'pt']],
  ])('%s is to espeak %j', (language, names) => {
    expect(espeakNamesOf(language)).toEqual(names);
    expect(espeakSpeaks(language)).toBe(true);
  });

  it('that espeak does not have is told as such', () => {
    expect(espeakSpeaks('xx')).toBe(false);
    expect(espeakSpeaks('dz-BT')).toBe(false);
  });
});

it.each([
  ['de+f3', 'de'],
  ['German', 'de'],
  ['cmn', 'zh'],
  ['yue+m1', 'zh'],
  ['nb', 'no'],
  ['fr-ch', 'fr'],
  ['xx', undefined],
  ['xx+f3', undefined],
  ['de+nosuchvariant', undefined],
  ['constructor', undefined],
])('the voice %s speaks %s', (voice, language) => expect(languageOfEspeakVoice(voice)).toBe(language));

it('the list of voices is that of the espeak package', async () => {
  const { eSpeakNGWorker: Synthesizer } = await init();
  const espeak = new Synthesizer();
  const names = espeak.list_voices().flatMap((voice) => [voice.name, ...voice.languages.map(({ name }) => name)]);
  // What the schema of the voices file lets through.
  const plain = new Set(
    names.map((name) => name.toLowerCase()).filter((name) => /^[a-z]{2,8}(-[a-z0-9]+)*$/.test(name)),
  );
  expect(plain.size).toBeGreaterThan(150);
  for (const name of plain) {
    expect([name, languageOfEspeakVoice(name) !== undefined]).toEqual([name, espeak.set_voice(name) === 0]);
  }
});
