import { expect, it } from 'vitest';
import { RecognisedWords } from './recognised-words.ts';

it('words have their times, as far as they are known', () => {
  const words = new RecognisedWords();
  expect(words.isEmpty).toBe(true);
  words.ends(0.1);
  words.begins(' Hello,', 0.32);
  words.begins('  ', 0.4);
  expect(words.list()).toEqual([{ text: 'Hello,', startMs: 320, endMs: 320 }]);
  words.begins('you', 0.8);
  expect(words.list()[0]).toEqual({ text: 'Hello,', startMs: 320, endMs: 800 });
  words.ends(1.04);
  expect(words.text).toBe('Hello, you');
  expect(words.list()[1]).toEqual({ text: 'you', startMs: 800, endMs: 1_040 });
});

it('times do not run backwards, and are not negative', () => {
  const words = new RecognisedWords();
  words.begins('a', -0.16);
  words.ends(-0.08);
  words.begins('b', 2);
  words.ends(1);
  expect(words.list()).toEqual([
    { text: 'a', startMs: 0, endMs: 0 },
    { text: 'b', startMs: 2_000, endMs: 2_000 },
  ]);
});
