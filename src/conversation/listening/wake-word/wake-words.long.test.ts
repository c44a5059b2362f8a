import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { plainWords } from '../utterance-text.ts';
import { behindWakeWord } from './wake-words.ts';

const FIXTURES = new URL('../../../../test/fixtures/wake-words/', import.meta.url);
const linesOf = (name: string) => readFileSync(new URL(name, FIXTURES), 'utf8').trim().split('\n');

/** What each wake word was spelled as: a line "# wake word", then a line for each spelling. */
const MISSPELLED = linesOf('misspelled.txt').reduce<{ readonly wakeWord: string; readonly said: string[] }[]>(
  (groups, line) => {
    if (line.startsWith('# ')) groups.push({ wakeWord: line.slice(2), said: [] });
    else groups.at(-1)?.said.push(line);
    return groups;
  },
  [],
);
const WAKE_WORDS = MISSPELLED.map(({ wakeWord }) => wakeWord);
const ORDINARY = linesOf('ordinary.txt');

/** Of the beginnings of a sentence. */
const LENGTHS = Array.from({ length: 18 }, (_, index) => index + 4);

describe('a wake word', () => {
  it('is found in at least 95 of 100 spellings, with what was said behind it', () => {
    const spellings = MISSPELLED.flatMap(({ wakeWord, said }) => said.map((text) => ({ wakeWord, text })));
    expect(WAKE_WORDS.length).toBeGreaterThanOrEqual(10);
    expect(spellings.length).toBeGreaterThanOrEqual(225);
    const missed = spellings.filter(
      ({ wakeWord, text }) =>
        behindWakeWord(`${text} what time is it`, [wakeWord]) !== 'what time is it' ||
        behindWakeWord(text, [wakeWord]) !== '',
    );
    expect(missed.length / spellings.length, JSON.stringify(missed)).toBeLessThanOrEqual(0.05);
  });

  it('is not heard in ordinary sentences', () => {
    expect(ORDINARY.length).toBeGreaterThanOrEqual(540);
    const woken = ORDINARY.flatMap((text) =>
      WAKE_WORDS.filter((wakeWord) => behindWakeWord(text, [wakeWord]) !== null),
    );
    expect(woken).toEqual([]);
  });

  it('is not heard in what may be the beginning of an ordinary word', { timeout: 120_000 }, () => {
    const beginnings = new Set(ORDINARY.flatMap((text) => LENGTHS.map((length) => text.slice(0, length))));
    const woken = [...beginnings].flatMap((text) => {
      // "Alexa" is the beginning of "Alexander", but it is the wake word as well.
      const others = WAKE_WORDS.filter((wakeWord) => !plainWords(text).join(' ').startsWith(wakeWord));
      return others.filter((wakeWord) => behindWakeWord(text, [wakeWord], false) !== null).map(() => text);
    });
    expect(woken).toEqual([]);
    expect(behindWakeWord('okay comput', ['ok computer'], false)).toBeNull();
    expect(behindWakeWord('hey jervis', ['hey jarvis'], false)).toBeNull();
    expect(behindWakeWord('hey jervis what', ['hey jarvis'], false)).toBe('what');
    expect(behindWakeWord('hey jarvis', ['hey jarvis'], false)).toBe('');
  });

  it.each([
    ['hey jervis what time is it', 'what time is it'],
    ['heyjarvis what time is it', 'what time is it'],
    ['Hey, Jarvis. What time is it?', 'what time is it'],
    ["Jarvis's what time is it", 'what time is it'],
    ['well okay so hey jervis what time is it', 'what time is it'],
    ['well okay now so hey jervis what time is it', null],
    ['I told you that hey jarvis is a wake word', null],
    // What follows is what was written, but for capitals and punctuation.
    ["hey-jarvis-what's up at Zoë's, 5 o'clock?", "what's up at zoë's 5 o'clock"],
    ['hey jervis jarvis is great', 'jarvis is great'],
    ['hey jervis', ''],
    ['', null],
    ['…', null],
  ])('"hey jarvis": "%s" is "%s"', (text, behind) => {
    expect(behindWakeWord(text, ['hey jarvis'])).toBe(behind);
  });

  it.each([
    ['computer', 'computer what time is it', 'what time is it'],
    ['computer', 'so the computer what time is it', 'what time is it'],
    ['computer', 'computor what time is it', 'what time is it'],
    ['computer', 'the computor what time is it', null],
    ['computer', 'computers are expensive', null],
    ['computer', 'commuters are late', null],
    // An everyday word needs its greeting, and the right one.
    ['hello computer', 'computer what time is it', null],
    ['hey computer', 'he computer what time is it', 'what time is it'],
    ['hey computer', 'a computer is a machine', null],
    ['bonjour maison', 'maison bleue', null],
    ['hey mycroft', 'mycroft what time is it', 'what time is it'],
    ['hey mycroft', 'tell mycroft to come', null],
    // A short one needs a better fit: one vowel, no more.
    ['ok nabu', 'okay nabo what now', 'what now'],
    ['ok nabu', 'okay nebo what now', null],
    ['ok nabu', 'nabo what now', null],
    // A comma amid a name was no slip of the recogniser's.
    ['alexa', 'a lexa what time is it', 'what time is it'],
    ['alexa', 'a, lexa what time is it', null],
    ['open sesame', 'open sessame now', 'now'],
    ['guten morgen haus', 'guten morgen haus wie spät ist es', 'wie spät ist es'],
    ['guten morgen haus', 'guten morgen hans wie spät ist es', null],
    ['эй джарвис', 'hey jarvis который час', 'который час'],
    ['привет дом', 'Превет, дом! Который час?', 'который час'],
    ['नमस्ते घर', 'नमस्ते घर समय क्या है', 'समय क्या है'],
    ['你好小爱', '你好小爱今天天气怎么样', '今天天气怎么样'],
    ['你好小爱', '你好，小爱，今天天气怎么样？', '今天天气怎么样'],
    ['你好小爱', '我昨天晚上说你好小爱', null],
    ['!', 'what time is it', null],
  ])('"%s": "%s" is "%s"', (wakeWord, text, behind) => {
    expect(behindWakeWord(text, [wakeWord])).toBe(behind);
  });

  it('may be one of several: the nearest counts, and of equal ones the longest', () => {
    expect(behindWakeWord('hello computer go on', ['computer', 'hello computer', 'hello'])).toBe('go on');
    expect(behindWakeWord('okay jervis computer', ['ok computer', 'ok jarvis'])).toBe('computer');
    expect(behindWakeWord('anything', [])).toBeNull();
  });

  it('as it is written gives the plain words behind it', () => {
    const rest = `"Really?" — it's 5 o'clock, uh-huh; I'm 'fine'…`;
    expect(behindWakeWord(`Hello, Computer! ${rest}`, ['hello computer'])).toBe(plainWords(rest).join(' '));
  });
});
