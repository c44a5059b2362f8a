import type { SpokenLexicon } from '../lexicons/lexicon.ts';

/** Says ordinal numbers that the lexicon has: 1st, 2e. */
export function sayOrdinals(text: string, { ordinals }: SpokenLexicon): string {
  return text.replace(
    /(?<![\p{L}\p{N}.,:/-])\d{1,2}\p{L}{1,3}(?![\p{L}\p{N}])/gu,
    (match) => ordinals.get(match) ?? match,
  );
}
