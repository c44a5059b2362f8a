import { expect, it } from 'vitest';
import { emotionOf } from './emotion.ts';

it.each([
  ['Hello there, I am glad to see you.', 'happy'],
  ['I am sorry, that did not work.', 'sad'],
  ['😂 That was a good one, I am sorry!', 'funny'],
  ['It is ten past two.', 'neutral'],
  ['Good night. 😴', 'sleepy'],
  ['Hmm, let me think.', 'thinking'],
  ['Wow, is it that late?', 'surprised'],
  ['This hilarious sorrow is neither.', 'neutral'],
  ['', 'neutral'],
])('%s', (text, emotion) => {
  expect(emotionOf(text).emotion).toBe(emotion);
});
