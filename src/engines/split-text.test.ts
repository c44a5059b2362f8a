import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitText } from './split-text.ts';

describe('splitText', () => {
  it.each([
    { why: 'short', text: ' hello ', pieces: ['hello'] },
    { why: 'empty', text: '  ', pieces: [] },
    { why: 'sentence', text: 'One two. Three four five six', pieces: ['One two.', 'Three four five six'] },
    { why: 'comma', text: 'one two three, four five six', pieces: ['one two three,', 'four five six'] },
    { why: 'space', text: 'one two three four five six', pieces: ['one two three four', 'five six'] },
    { why: 'nothing', text: 'x'.repeat(45), pieces: ['x'.repeat(20), 'x'.repeat(20), 'x'.repeat(5)] },
    { why: 'exact fit', text: 'a234567890 b234567890', pieces: ['a234567890', 'b234567890'] },
  ])('cuts by $why', ({ text, pieces }) => {
    expect(splitText(text, 20)).toEqual(pieces);
  });

  it('loses nothing, keeps the limit, never cuts a character in two', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', '.', '😀', 'é'), maxLength: 200 }), (text) => {
        const pieces = splitText(text, 20);
        expect(pieces.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(20);
          expect(piece.length).toBeGreaterThan(0);
          expect(piece).not.toMatch(/\p{Surrogate}/u);
        }
      }),
    );
  });
});
