import { expect, it } from 'vitest';
import { parseVoices } from '../../config/voices/voice-book.ts';
import { wyomingVoice, wyomingVoiceFor } from './voice-choice.ts';

const book = parseVoices(
  JSON.stringify({
    voices: [
      { name: 'Ann', language: 'en', wyoming: 'en_US-lessac-medium' },
      { name: 'Bea', language: 'fr', wyoming: { name: 'fr_FR-mls', speaker: 7 } },
      { name: 'Cem', language: 'fr', wyoming: { name: 'fr_FR-mls' } },
      { name: 'Dan', language: 'fr' },
      { name: 'Eve', language: 'en-AU', wyoming: 'en_US-lessac-medium' },
    ],
  }),
  'voices.json',
);

const PIPER = [
  { name: 'none', languages: [] },
  { name: 'en_GB-alba', languages: ['en_GB'] },
  { name: 'en_US-ryan', languages: ['en_US'] },
  { name: 'fr_FR-siwis', languages: ['de_DE', 'fr_FR'] },
];

it.each([
  ['its own', 'Ann', undefined, PIPER, { name: 'en_US-lessac-medium' }],
  ['its own in another country', 'Ann', 'en-AU', PIPER, { name: 'en_US-lessac-medium' }],
  ['its own where the book names the country', 'Eve', 'en', PIPER, { name: 'en_US-lessac-medium' }],
  ['with a speaker', 'Bea', 'fr', PIPER, { name: 'fr_FR-mls', speaker: '7' }],
  ['without a speaker', 'Cem', 'fr', PIPER, { name: 'fr_FR-mls' }],
  ['of the language in another one', 'Ann', 'fr', PIPER, { name: 'fr_FR-siwis' }],
  ['its own in a language that the server has not', 'Ann', 'it', PIPER, { name: 'en_US-lessac-medium' }],
  ['of its language without an entry', 'Dan', undefined, PIPER, { name: 'fr_FR-siwis' }],
  ['of the country without an entry', 'Dan', 'en-US', PIPER, { name: 'en_US-ryan' }],
  ['English for one that is not in the book', 'toString', undefined, PIPER, { name: 'en_GB-alba' }],
  ['the choice of a server that names none', 'Dan', undefined, [], { language: 'fr' }],
])('the voice is %s', (_, name, language, offered, expected) => {
  expect(wyomingVoice(book, name, language, offered)).toEqual(expected);
});

const LESS = PIPER.filter(({ name }) => name !== 'fr_FR-siwis');

it.each([
  ['itself in its own language', 'Ann', 'en-GB', LESS, 'Ann'],
  ['one of the book with an entry', 'Ann', 'fr-CA', LESS, 'Bea'],
  ['itself where the server has a voice of the language', 'Ann', 'de', PIPER, 'Ann'],
  ['none where neither has one', 'Ann', 'de', LESS, undefined],
  ['itself before the server has said what it has', 'Ann', 'de', undefined, 'Ann'],
  ['itself where the server does not say which languages it has', 'Ann', 'de', [{ name: 'x', languages: [] }], 'Ann'],
  ['English for one that is not in the book', 'toString', 'en', LESS, 'toString'],
])('the voice for a language is %s', (_, name, language, offered, expected) => {
  expect(wyomingVoiceFor(book, name, language, offered)).toBe(expected);
});
