import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNumber, sayNumber, sayOrdinal } from './number-words.ts';

describe('number words', () => {
  it.each([
    [0, 'zero'],
    [7, 'seven'],
    [14, 'fourteen'],
    [20, 'twenty'],
    [55, 'fifty five'],
    [100, 'one hundred'],
    [105, 'one hundred and five'],
    [999, 'nine hundred and ninety nine'],
    [1000, 'one thousand'],
    [1001, 'one thousand and one'],
    [12_345, 'twelve thousand three hundred and forty five'],
    [2_000_000, 'two million'],
    [-3, 'minus three'],
    [5_000_000_000, '5000000000'],
  ])('says %d', (value, said) => {
    expect(sayNumber(value)).toBe(said);
  });

  it.each([
    ['seven', 7, 1],
    ['twenty five minutes', 25, 2],
    ['seven thirty', 7, 1],
    ['thirty seven', 37, 2],
    ['twenty ten', 20, 1],
    ['a hundred', 100, 2],
    ['hundred', 100, 1],
    ['two hundred and five', 205, 4],
    ['two hundred fifty five', 255, 4],
    ['one hundred and', 100, 2],
    ['14', 14, 1],
  ])('reads "%s"', (text, value, length) => {
    expect(readNumber(text.split(' '), 0)).toEqual({ value, length });
  });

  it.each(['milk', 'a', 'a minute', 'hundreds', 'constructor', ''])('reads no number in "%s"', (text) => {
    expect(readNumber(text.split(' '), 0)).toBeUndefined();
  });

  it('reads what it says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), (value) => {
        const words = sayNumber(value).split(' ');
        expect(readNumber(words, 0)).toEqual({ value, length: words.length });
      }),
    );
  });

  it.each([
    [1, 'first'],
    [2, 'second'],
    [4, 'fourth'],
    [12, 'twelfth'],
    [13, 'thirteenth'],
    [20, 'twentieth'],
    [21, 'twenty first'],
    [30, 'thirtieth'],
    [31, 'thirty first'],
  ])('says day %d', (day, said) => {
    expect(sayOrdinal(day)).toBe(said);
  });
});
