import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Instructions, instructionsSchema } from '../../config/instructions-schema.ts';
import { DEFAULT_DATA_FOLDER, loadPromptData } from '../../config/prompt-data.ts';
import { toSpokenText } from '../../text/spoken-text.ts';
import { languageOf, onlyLanguageOf } from './language.ts';
import { createPrompts } from './prompts.ts';

const data = loadPromptData();

/** Chance that goes through the numbers given, over and over. */
function chance(...numbers: readonly number[]) {
  let at = 0;
  return () => numbers[at++ % numbers.length] ?? 0;
}

const TYPES = instructionsSchema.options.map((option) => option.shape.type.value);
const of = (type: (typeof TYPES)[number]): Instructions =>
  instructionsSchema.parse(type === 'constant' ? { type, text: 'Be a pirate.' } : { type });

const render = (instructions: Instructions, random = chance(0.3, 0.9, 0.1)) =>
  createPrompts({ random }).render(instructions);

describe('every prompt', () => {
  it.each(TYPES)('of type %s stands in the frame', (type) => {
    const prompt = render(of(type));
    for (const words of [
      'voice assistant',
      'no emojis',
      'speech recogniser',
      'cut off',
      'dialtone',
      '"..."',
      '"Bye!"',
    ]) {
      expect(prompt).toContain(words);
    }
    expect(prompt).not.toMatch(/undefined|null|\[object|\{|\bIt is \w+day\b/);
    expect(prompt.length).toBeLessThan(8_000);
  });

  it.each([
    [undefined, 'en', /English\..*French too/],
    [null, 'en', /English\..*French too/],
    ['en', 'en', /English, and only that/],
    ['fr', 'fr', /French, and only that.*« guillemets »/],
    ['en/fr', 'en', /Begin in English/],
    ['fr/en', 'fr', /Begin in French/],
    ['de', 'de', /Language: German, and only that/],
    ['pt-br', 'pt-BR', /Language: Brazilian Portuguese, and only that/],
    ['deu/en', 'de', /Languages: German and English\. Begin in German/],
    ['de/tr/ar', 'de', /Languages: German, Turkish and Arabic\. Begin in German/],
  ] as const)('for language %s is for a voice of %s', (language, voice, line) => {
    const instructions = instructionsSchema.parse({ type: 'quiz_show', language });
    expect(languageOf(instructions)).toBe(voice);
    expect(render(instructions)).toMatch(line);
  });

  it.each(['german', 'de_DE', 'en/', '/en', 'en/en', '', 'a/b/c/d/e', 'en, fr'])('cannot be for "%s"', (language) => {
    expect(() => instructionsSchema.parse({ type: 'smalltalk', language })).toThrow(/language tag/);
  });

  it.each([
    [null, 'en'],
    ['de-AT', 'de-AT'],
    ['en/fr', undefined],
  ])('for %s lets the recogniser take %s for granted', (language, only) => {
    expect(onlyLanguageOf(instructionsSchema.parse({ type: 'smalltalk', language }))).toBe(only);
  });

  it('for the explanation is in English', () => {
    expect(languageOf({ type: 'unmute_explanation' })).toBe('en');
    expect(render({ type: 'unmute_explanation' })).toContain('language model');
  });
});

describe('a prompt', () => {
  it('holds the text of constant instructions as it is', () => {
    expect(render({ type: 'constant', text: 'Be a pirate.\nSay {arr} $& often.' })).toContain(
      'Be a pirate.\nSay {arr} $& often.',
    );
  });

  it.each(['en', 'fr'] as const)('of small talk has one starter, in %s', (language) => {
    const starters = (prompt: string) => data.starters[language].filter((starter) => prompt.includes(starter));
    const first = starters(render({ type: 'smalltalk', language }, () => 0));
    const last = starters(render({ type: 'smalltalk', language }, () => 0.999));
    expect([first, last]).toEqual([[data.starters[language][0]], [data.starters[language].at(-1)]]);
  });

  it('of the quiz has five different questions with their answers', () => {
    for (const random of [() => 0, () => 0.999, chance(0.2, 0.8, 0.5)]) {
      const lines = render({ type: 'quiz_show' }, random).match(/^\d\. .*$/gm) ?? [];
      expect(new Set(lines.map((line) => line.slice(3))).size).toBe(5);
      for (const line of lines) {
        const known = data.quiz.questions.map(({ question, answer }) => `${question} Answer: ${answer}.`);
        expect(known).toContain(line.slice(3));
      }
    }
  });

  it('of the guessing game has an easy and a hard animal, in its language', () => {
    const prompt = render({ type: 'guess_animal', language: 'fr' }, () => 0);
    expect(prompt).toContain(`First round: ${data.animals.easy[0]?.fr}.`);
    expect(prompt).toContain(`Second round: ${data.animals.hard[0]?.fr}.`);
  });

  it('of the news has ten of the headlines, and no more instructions than ours', () => {
    const headlines = Array.from({ length: 30 }, (_, index) => `Headline "no" ${index}!`);
    const prompts = createPrompts({ random: Math.random, news: { headlines: () => headlines } });
    const lines = prompts.render({ type: 'news' }).match(/^"Headline 'no' \d+!"$/gm) ?? [];
    expect(new Set(lines).size).toBe(10);
    expect(prompts.render({ type: 'news' })).toContain('no instructions to you');
  });

  it.each([
    ['is none', undefined],
    ['is none yet', { headlines: () => [] }],
  ])('of the news, when there %s, is small talk with an apology', (_, news) => {
    const prompts = createPrompts({ random: () => 0, ...(news ? { news } : {}) });
    const prompt = prompts.render({ type: 'news' });
    expect(prompt).toContain('apology');
    expect(prompt).toContain(data.starters.en[0]);
  });

  it('asks for the headlines when it is made, not before', () => {
    let headlines: string[] = [];
    const prompts = createPrompts({ random: () => 0, news: { headlines: () => headlines } });
    headlines = ['Late news'];
    expect(prompts.render({ type: 'news' })).toContain('"Late news"');
  });
});

describe('the data files', () => {
  it('have enough of everything', () => {
    expect(data.quiz.questions.length).toBeGreaterThanOrEqual(130);
    expect(data.animals.easy.length).toBeGreaterThanOrEqual(15);
    expect(data.animals.hard.length).toBeGreaterThanOrEqual(19);
    expect(data.starters.en.length).toBeGreaterThanOrEqual(24);
    expect(data.starters.fr.length).toBeGreaterThanOrEqual(24);
  });

  it('hold nothing that cannot be said aloud', () => {
    for (const { question, answer } of data.quiz.questions) {
      expect(toSpokenText(question)).toBe(question);
      expect(toSpokenText(answer)).toBe(answer);
      expect(question).toMatch(/\?$/);
    }
  });

  it.each([
    ['is missing', undefined, /quiz\.json cannot be read/],
    ['is no JSON', '{', /quiz\.json cannot be read/],
    ['has too few questions', '{"questions": []}', /quiz\.json is not right:\n {2}- questions: /],
    ['misses an answer', '{"questions": [{"question": "Who?"}]}', /- questions\.0\.answer: /],
    ['has an unknown key', '{"question": [], "questions": []}', /- the file: .*"question"/],
    [
      'has a question twice',
      JSON.stringify({ questions: Array.from({ length: 5 }, () => ({ question: 'Who?', answer: 'Me' })) }),
      /"Who\?" is there twice/,
    ],
  ])('are refused by name when one %s', (_, text, message) => {
    const folder = mkdtempSync(join(tmpdir(), 'dialtone-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    if (text !== undefined) writeFileSync(join(folder, 'quiz.json'), text);
    const make = () => createPrompts({ random: () => 0, folder: pathToFileURL(`${folder}/`) });
    expect(make).toThrow(
      expect.objectContaining({ code: 'engine_misconfigured', message: expect.stringMatching(message) }),
    );
  });

  it('are found where they are brought along', () => {
    expect(DEFAULT_DATA_FOLDER.pathname).toMatch(/\/assets\/instructions\/$/);
  });
});

describe('the schema of instructions', () => {
  it.each([
    [{ type: 'constant', text: ' \n ' }],
    [{ type: 'constant' }],
    [{ type: 'smalltalk', language: 'de_DE' }],
    [{ type: 'smalltalk', text: 'x' }],
    [{ type: 'unmute_explanation', language: 'en' }],
  ])('refuses %j', (instructions) => {
    expect(instructionsSchema.safeParse(instructions).success).toBe(false);
  });
});
