import { describe, expect, it } from 'vitest';
import { SentenceWords } from './sentence-words.ts';

describe('the words of a sentence', () => {
  it.each<[string, string, readonly string[], readonly (number | null)[]]>([
    ['as they are', 'Do you have a — question?', ['Do', 'you', 'have', 'a', '—', 'question?'], [0, 1, 2, 3, 4, 5]],
    ['without their punctuation', '"Yes," she said.', ['Yes', 'she', 'said'], [0, 1, 2]],
    ['in small letters', 'It Is So', ['it', 'is', 'so'], [0, 1, 2]],
    ['cut in pieces', 'a well-known fact', ['a', 'well', 'known', 'fact'], [0, 1, null, 2]],
    ['put together', 'out of the box', ['out', 'ofthe', 'box'], [0, 1, 3]],
    ['with words left out', 'I would have done it', ['I', 'would', 'done', 'it'], [0, 1, 3, 4]],
    ['spelled out', 'I have 42 apples', ['I', 'have', 'forty-two', 'apples'], [0, 1, 2, 3]],
    ['repeated', 'no no no yes', ['no', 'no', 'no', 'yes'], [0, 1, 2, 3]],
    ['and too many of them', 'no yes', ['no', 'yes', 'no', '—'], [0, 1, null, null]],
    ['of another script', 'नमस्ते, आप', ['नमस्ते', 'आप'], [0, 1]],
  ])('are found %s', (_, sentence, marks, found) => {
    const words = new SentenceWords(sentence);
    expect(marks.map((mark) => words.find(mark))).toEqual(found);
  });
});
