import { expect, test } from 'vitest';
import { plainText, splitUnits, WordMarks } from './espeak-text.ts';

test('short sentences are said together, long texts are cut between sentences', () => {
  expect(splitUnits('Hello there! How are you? I am fine.')).toEqual([
    { text: 'Hello there! How are you? I am fine.', endsSentence: true },
  ]);
  const sentence = `${'word '.repeat(18)}end.`;
  expect(splitUnits(`${sentence} ${sentence}\n${sentence}`)).toEqual(
    Array.from({ length: 3 }, () => ({ text: sentence, endsSentence: true })),
  );
  expect(splitUnits('no end')).toEqual([{ text: 'no end', endsSentence: false }]);
  expect(splitUnits(' \n \t')).toEqual([]);
  expect(splitUnits('')).toEqual([]);
});

test('numbers, names and quotes are not torn apart', () => {
  const text = `${'It costs 3.5 dollars at "Dr. Smith\'s." '.repeat(2)}Really? (Yes.) `.trim();
  expect(splitUnits(text).map((unit) => unit.text)).toEqual([text]);
  expect(splitUnits(`${'a'.repeat(119)} "Stop!" he said.`).map((unit) => unit.text)).toEqual([
    `${'a'.repeat(119)} "Stop!"`,
    'he said.',
  ]);
});

test('a sentence without end is cut between words, a word without end anywhere', () => {
  const units = splitUnits('lorem ipsum '.repeat(100));
  expect(units.every((unit) => unit.text.length <= 300 && !unit.endsSentence)).toBe(true);
  expect(units.map((unit) => unit.text).join(' ')).toBe('lorem ipsum '.repeat(100).trim());
  expect(
    splitUnits('x'.repeat(1_000))
      .map((unit) => unit.text)
      .join(''),
  ).toBe('x'.repeat(1_000));
});

test('nothing that espeak would obey is left, and every position stays', () => {
  const text = 'a <b>bold</b> 😀 [[h@loU]] &amp; R&D\u0000\ud800 \u0007end';
  const plain = plainText(text);
  expect([...plain]).toHaveLength([...text].length);
  expect(plain).not.toMatch(/[<>\p{Cc}\p{Cs}]|\[\[|&amp;/u);
  expect(plain).toContain('R&D');
});

test('words come whole, once and in order', () => {
  const marks = new WordMarks('Where’s 😀 Dr. Smith - at 12:30?');
  expect(marks.upTo(1)).toEqual(['Where’s']);
  expect(marks.upTo(6)).toEqual([]);
  expect(marks.upTo(9)).toEqual(['😀']);
  // 'Dr.' was not named by itself.
  expect(marks.upTo(15)).toEqual(['Dr.', 'Smith']);
  expect(marks.upTo(26)).toEqual(['-', 'at', '12:30?']);
  expect(marks.upTo(Number.POSITIVE_INFINITY)).toEqual([]);
  // Behind an abbreviation espeak names the space before the next word.
  const late = new WordMarks('St. vs. us');
  expect(late.upTo(1)).toEqual(['St.']);
  expect(late.upTo(3)).toEqual([]);
  expect(late.upTo(4)).toEqual(['vs.']);
});
