import { expect, it } from 'vitest';
import { apologyFor } from './apology.ts';
import { fillerOf } from './filler.ts';

it('is said of what is over in a moment, in the language of the device', () => {
  expect(apologyFor({ kind: 'llm', code: 'engine_overloaded' }, 'en-GB')).toMatch(/try again in a moment/);
  expect(apologyFor({ kind: 'llm', code: 'engine_rate_limited' }, 'de')).toMatch(/gleich noch einmal/);
  expect(apologyFor({ kind: 'llm', code: 'engine_overloaded' }, 'tlh')).toBeUndefined();
});

it('asks for it once more when the recogniser has died on this machine', () => {
  expect(apologyFor({ kind: 'stt', code: 'speech_host_down' }, 'en')).toBe('I did not hear that. Please say it again.');
  expect(apologyFor({ kind: 'tts', code: 'speech_host_down' }, 'en')).toBeUndefined();
});

it.each(['engine_auth', 'engine_timeout', 'engine_unavailable', 'engine_bad_answer', 'internal'] as const)(
  'is not said of %s',
  (code) => {
    expect(apologyFor({ kind: 'stt', code }, 'en')).toBeUndefined();
  },
);

it('has words in every language in which users are told to wait', () => {
  const languages = Intl.getCanonicalLocales(
    'ar bg ca cs da de el en es fa fi fr he hi hr hu id it ja ko nb nl nn no pl pt ro ru sk sl sv th tr uk ur vi zh'.split(
      ' ',
    ),
  );
  for (const language of languages) {
    expect([language, fillerOf(true, language) !== undefined]).toEqual([language, true]);
    expect([language, apologyFor({ kind: 'llm', code: 'engine_overloaded' }, language) !== undefined]).toEqual([
      language,
      true,
    ]);
    expect([language, apologyFor({ kind: 'stt', code: 'speech_host_down' }, language) !== undefined]).toEqual([
      language,
      true,
    ]);
  }
});
