import { expect, it } from 'vitest';
import { spokenMs } from './spoken-time.ts';

it.each([
  ['', 0],
  ['...', 0],
  ['you', 195],
  ['Thank you.', 440],
  ['what time is it', 780],
  ['谢谢观看', 600],
  ['감사합니다', 750],
])('a quick speaker says "%s" in %i ms', (text, ms) => expect(spokenMs(text)).toBe(ms));
