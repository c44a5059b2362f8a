import { describe, expect, it } from 'vitest';
import { readSum } from './arithmetic.ts';

describe('readSum', () => {
  it.each([
    ['what is fourteen plus seven', 'fourteen plus seven', 21],
    ['what is seven minus twenty', 'seven minus twenty', -13],
    ['how much is six times seven please', 'six times seven', 42],
    ['what is two plus three times four', 'two plus three times four', 14],
    ['what is ten minus two minus three', 'ten minus two minus three', 5],
    ['what is one hundred and five times two', 'one hundred and five times two', 210],
    ['what is to plus for', 'two plus four', 6],
    ['add one and two', 'one plus two', 3],
    ['what is 14 + 7', 'fourteen plus seven', 21],
  ])('%s', (text, said, value) => {
    expect(readSum(text.split(' '))).toEqual({ said, value });
  });

  it.each(['add milk and bread', 'sing it three times', 'plus', 'seven plus', 'turn it to seven', 'what time is it'])(
    'finds none in "%s"',
    (text) => {
      expect(readSum(text.split(' '))).toBeUndefined();
    },
  );
});
