import { expect, test } from 'vitest';
import { cleanText } from './clean-text.ts';

test('control characters, ANSI escapes and reordering marks become spaces', () => {
  expect(cleanText('a\nb\u001b[31mc\u007f\u009bd\u202ee\u2028f')).toBe('a b [31mc  d e f');
});

test('what people write stays', () => {
  expect(cleanText('Küche “naïve” 你好 😀')).toBe('Küche “naïve” 你好 😀');
});

test('a long text is clipped, without leaving half of a character', () => {
  expect(cleanText('abcdef', 4)).toBe('abc…');
  expect(cleanText('ab😀def', 4)).toBe('ab …');
});
