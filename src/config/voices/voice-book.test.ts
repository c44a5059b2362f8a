import { describe, expect, it } from 'vitest';
import { builtInVoices, parseVoices, readVoiceBook } from './voice-book.ts';
import { defaultVoice, VOICE_NAMES } from './voice-names.ts';

function parse(...voices: unknown[]) {
  return parseVoices(JSON.stringify({ voices }), 'voices.json');
}

function errorsOf(...voices: unknown[]): string[] {
  try {
    parse(...voices);
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
  return [];
}

const ann = { name: 'Ann', language: 'en' };

describe('the built-in book', () => {
  it('has the voices of the original, in their order', () => {
    expect(builtInVoices().names).toEqual(VOICE_NAMES);
    expect(readVoiceBook()).toBe(builtInVoices());
  });

  it('has a voice of its own for each, with every engine but sherpa and wyoming', () => {
    for (const engine of ['kyutai', 'groq', 'openai', 'espeak'] as const) {
      expect(builtInVoices().namesWithout(engine), engine).toEqual([]);
      const entries = builtInVoices().voices.map((voice) => JSON.stringify(voice[engine]));
      expect(new Set(entries).size, engine).toBe(VOICE_NAMES.length);
    }
  });
});

describe('a voices file', () => {
  it('says everything that is wrong at once, where, and what would be right', () => {
    expect(
      errorsOf(
        { ...ann, langage: 'en', kyutai: '../etc/passwd', espeak: { names: [], rate: 7, pich: 5 } },
        { name: ' x', language: 'de_DE', groq: 'a b', sherpa: { model: 'm' }, instructions: { type: 'constant' } },
        { name: 'a\u202eb', language: 'en', kyutai: '/abs.wav', espeak: { names: ['/etc/x'], pitch: 100 } },
      ),
    ).toEqual([
      '  - voices[0].kyutai: do not use ".."; found "../etc/passwd"',
      '  - voices[0].espeak.names: name at least one voice of espeak',
      '  - voices[0].espeak.rate: expected a number of at least 80, found 7',
      '  - voices[0].espeak.pich: unknown key; did you mean "pitch"?',
      '  - voices[0].langage: unknown key; did you mean "language"?',
      '  - voices[1].name: begin and end the name without a space; found " x"',
      '  - voices[1].language: give a language tag (BCP 47), as in "en", "de" or "pt-BR"; found "de_DE"',
      expect.stringMatching(/voices\[1\]\.instructions\.text: missing/),
      expect.stringMatching(/voices\[1\]\.groq: use letters.*found "a b"/),
      expect.stringMatching(/voices\[1\]\.sherpa\.speaker: missing/),
      expect.stringMatching(/voices\[2\]\.name: use visible characters only/),
      expect.stringMatching(/voices\[2\]\.kyutai: give a path below.*"\/abs\.wav"/),
      expect.stringMatching(/voices\[2\]\.espeak\.names\[0\]: name a voice of espeak/),
      '  - voices[2].espeak.pitch: expected a number of at most 99, found 100',
    ]);
  });

  it('names a voice of a Wyoming server, with or without a speaker', () => {
    const { voices } = parse(
      { ...ann, wyoming: 'en_US-lessac-medium' },
      { ...ann, name: 'Bea', wyoming: { name: 'en_GB-vctk', speaker: 'p239' } },
      { ...ann, name: 'Cem', wyoming: { name: 'en_GB-vctk', speaker: 7 } },
    );
    expect(voices.map(({ wyoming }) => [wyoming?.name, wyoming?.speaker])).toEqual([
      ['en_US-lessac-medium', undefined],
      ['en_GB-vctk', 'p239'],
      ['en_GB-vctk', '7'],
    ]);
    expect(
      errorsOf(
        { ...ann, wyoming: '' },
        { ...ann, name: 'Bea', wyoming: { nam: 'x' } },
        { ...ann, name: 'Cem', wyoming: 7 },
        { ...ann, name: 'Dan', wyoming: { name: 'x', speaker: -1 } },
      ),
    ).toEqual([
      '  - voices[0].wyoming: give it some text, or leave it out',
      '  - voices[1].wyoming.name: missing; expected a string',
      '  - voices[1].wyoming.nam: unknown key; did you mean "name"?',
      '  - voices[2].wyoming: give the name of a voice, or {"name", "speaker"}; found 7',
      '  - voices[3].wyoming.speaker: expected a number of at least 0, found -1',
    ]);
  });

  it.each([
    ['', /the file is empty; expected \{ "voices"/],
    ['{', /line 1: not valid JSON/],
    ['{"voices": []}', /voices: name at least one voice/],
    ['[]', /the file: expected an object/],
    ['{"voice": []}', /voice: unknown key; did you mean "voices"/],
  ])('%j is refused', (text, expected) => {
    expect(() => parseVoices(text, 'voices.json')).toThrow(
      expect.objectContaining({ code: 'config_invalid', message: expect.stringMatching(expected) }),
    );
  });

  it('has each name once, however its letters are composed', () => {
    const twice = [
      { ...ann, name: 'Ren\u00e9' },
      { ...ann, name: 'Rene\u0301' },
    ];
    expect(errorsOf(...twice)).toEqual([expect.stringMatching(/voices\[1\]\.name: "René" is the name of voices\[0\]/)]);
    const book = parse(twice[1]);
    expect(book.names).toEqual(['Ren\u00e9']);
    expect(book.get('Rene\u0301')).toBe(book.get('Ren\u00e9'));
    expect(book.get('rené')).toBeUndefined();
    expect(book.get('constructor')).toBeUndefined();
  });

  it('that is missing or no file is told as such', () => {
    expect(() => readVoiceBook('/nowhere/voices.json')).toThrow(
      expect.objectContaining({ code: 'config_not_found', message: expect.stringContaining('VOICES_FILE') }),
    );
    expect(() => readVoiceBook('/')).toThrow(expect.objectContaining({ code: 'config_unreadable' }));
  });
});

it.each([
  [
    'en',
    ['de'],
    /voices\[0\]\.espeak\.names\[0\]: this voice of espeak speaks "de", the "language" of the entry is "en".*found "de"/,
  ],
  ['en', ['xx'], /voices\[0\]\.espeak\.names\[0\]: espeak has no such voice/],
  ['de', ['de+nosuch'], /voices\[0\]\.espeak\.names\[0\]: espeak has no such voice/],
  ['german', ['de'], /voices\[0\]\.language: give a language tag/],
] as const)('a voice of %s may not be %j of espeak', (language, names, error) => {
  expect(errorsOf({ name: 'Ann', language, espeak: { names } })).toEqual([expect.stringMatching(error)]);
});

it.each([
  ['de', ['de+f2']],
  ['de-AT', ['de']],
  ['zh-CN', ['cmn']],
  ['no', ['nb']],
  ['en-GB', ['en-gb', 'en']],
] as const)('a voice of %s may be %j of espeak', (language, names) => {
  expect(parse({ name: 'Ann', language, espeak: { names } }).get('Ann')?.language).toBe(language);
});

it('a voice without an entry gets the default of its language, an unknown one that for English', () => {
  const book = parse({ ...ann, openai: 'onyx' }, { name: 'Bea', language: 'fr' });
  const defaults = { en: 'alloy', fr: 'coral' };
  const entries = ['Ann', 'Bea', 'toString'].map((name) => book.entry('openai', name, defaults));
  expect(entries).toEqual(['onyx', 'coral', 'alloy']);
  expect(book.namesWithout('openai')).toEqual(['Bea']);
});

it('the default voice is that of the original where there is such', () => {
  expect(defaultVoice(['Ann', 'Watercooler'])).toBe('Watercooler');
  expect(defaultVoice(['Ann', 'Bea'])).toBe('Ann');
});
