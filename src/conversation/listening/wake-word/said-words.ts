import { isCommonWord } from './common-words.ts';
import { plainLetters } from './word-sound.ts';

/** A word of what was said. */
export interface Token {
  /** Lower case, without punctuation around it. */
  readonly word: string;
  /** A comma or the like follows. */
  readonly stops: boolean;
}

const TOKEN = /([\p{L}\p{M}\p{N}'-]+)([^\p{L}\p{M}\p{N}'-]*)/gu;

/** The words of a text; none when it has neither letters nor digits. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const [, piece = '', gap = ''] of text.toLowerCase().replace(/[’‘]/g, "'").matchAll(TOKEN)) {
    const word = piece.replace(/^['-]+|['-]+$/g, '');
    if (word !== '') tokens.push({ word, stops: /[,;:.!?…]/.test(gap) });
  }
  return tokens;
}

/** The letters and digits of a word, without accents. */
export function lettersOf(word: string): string {
  return plainLetters(word).replace(/[^\p{L}\p{N}]/gu, '');
}

/** A word, or a part of it between hyphens. */
export interface Piece {
  /** As it was written. */
  readonly text: string;
  readonly letters: string;
  /** Number of the word. */
  readonly word: number;
  readonly stops: boolean;
  /** An everyday word. */
  readonly isCommon: boolean;
}

/** Takes words apart at their hyphens. */
export function piecesOf(said: readonly Token[]): Piece[] {
  return said.flatMap(({ word, stops }, index) => {
    const parts = word.split('-').filter((part) => lettersOf(part) !== '');
    return parts.map((text, part) => {
      const isCommon = isCommonWord(plainLetters(text));
      return { text, letters: lettersOf(text), word: index, stops: stops && part === parts.length - 1, isCommon };
    });
  });
}
