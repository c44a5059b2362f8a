import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateTokens, lastTokens } from './token-estimate.ts';

/** Text of several scripts, with spaces, emoji and halves of emoji. */
const texts = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('こんにちは', '你好', 'привет', '😀😀', 'Développeuse'),
    ),
    { maxLength: 30 },
  )
  .map((words) => words.join(' '));

function isWellFormed(text: string): boolean {
  try {
    encodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

describe('an estimate', () => {
  it.each([
    ['', 0],
    ['a', 1],
    ['four', 1],
    ['what time is it', 4],
    ['é'.repeat(40), 10],
    ['привет', 3],
    ['今日は三時です', 5],
    ['한국어', 2],
    ['😀', 2],
  ])('of "%s" is %i', (text, tokens) => expect(estimateTokens(text)).toBe(tokens));

  it('of two texts is never more than one above that of both together', () => {
    fc.assert(
      fc.property(texts, texts, (one, two) => {
        const apart = estimateTokens(one) + estimateTokens(two);
        const together = estimateTokens(one + two);
        expect(together).toBeLessThanOrEqual(apart);
        expect(together).toBeGreaterThanOrEqual(apart - 1);
      }),
    );
  });
});

describe('the last tokens', () => {
  it('begin with a whole word', () => {
    expect(lastTokens('one two three four', 3)).toBe('three four');
    expect(lastTokens('one two three four', 5)).toBe('one two three four');
    expect(lastTokens('one two three four', 0)).toBe('');
  });

  it('of a text without spaces begin with a whole character', () => {
    expect(lastTokens('ab😀😀', 2)).toBe('😀');
    expect(lastTokens('x'.repeat(100), 10)).toBe('x'.repeat(40));
    expect(lastTokens('三'.repeat(100), 10)).toBe('三'.repeat(15));
  });

  it('are the end of the text, within the limit, and most of what the limit allows', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 0, max: 60 }), (text, limit) => {
        const kept = lastTokens(text, limit);
        expect(text.endsWith(kept)).toBe(true);
        expect(estimateTokens(kept)).toBeLessThanOrEqual(limit);
        if (estimateTokens(text) <= limit) expect(kept).toBe(text);
        // At most a word that is cut off (40 characters), its spaces and half a character are lost.
        else if (!/\s\s/.test(text)) expect(estimateTokens(kept)).toBeGreaterThanOrEqual(limit - 30);
        // A surrogate without its other half makes encodeURIComponent throw.
        if (isWellFormed(text)) expect(isWellFormed(kept)).toBe(true);
      }),
    );
  });
});
