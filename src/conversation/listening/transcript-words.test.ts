import { expect, it } from 'vitest';
import { TranscriptWords } from './transcript-words.ts';

it('hands out every word once, also when earlier ones are revised', () => {
  const words = new TranscriptWords();
  expect(words.next('')).toEqual([]);
  expect(words.next('turn')).toEqual(['turn']);
  expect(words.next('turn on the')).toEqual(['on', 'the']);
  expect(words.next('turn of the light')).toEqual(['light']);
  expect(words.next('turn off')).toEqual([]);
});
