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

it.each([
  ['[surprised] The cat sat. I am glad.', 'surprised'],
  ['I am glad. (sad) The cat sat.', 'sad'],
  ['*Sleepy* The cat sat.', 'sleepy'],
  ['[emotion: kissy] The cat sat.', 'kissy'],
  ['{confused} The cat sat.', 'confused'],
  ['<emotion>angry</emotion> The cat sat.', 'angry'],
  ['[neutral] I am glad.', 'neutral'],
  ['[applause] I am glad.', 'happy'],
  ['The surprised cat sat.', 'neutral'],
])('%s shows the face that it names: %s', (text, emotion) => {
  expect(emotionOf(text).emotion).toBe(emotion);
});
