import { expect, test } from 'vitest';
import { spokenLength, spreadWords } from './word-places.ts';

test.each([
  ['have', 5],
  ['', 0],
  ['—', 0],
  ['...', 0],
  ['"', 0],
  // A digit is a word.
  ['42', 9],
  ['5%', 9],
  // A pause follows.
  ['yes,', 7],
  ['yes.', 10],
  ['(yes!)', 10],
  ['3.5', 9],
  ['你好', 7],
  ['नमस्ते', 5],
])('"%s" takes as long to say as %i letters', (word, length) => {
  expect(spokenLength(word)).toBe(length);
});

test('words are spread in proportion to their lengths; punctuation takes no time', () => {
  expect(spreadWords(['have', 'done', 'it'], 100, 230)).toEqual([100, 150, 200]);
  expect(spreadWords(['-', 'then', '-'], 100, 200)).toEqual([100, 100, 200]);
  expect(spreadWords(['-', '…'], 100, 200)).toEqual([100, 100]);
  expect(spreadWords([], 100, 200)).toEqual([]);
});
