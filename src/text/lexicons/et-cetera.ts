import type { SpokenLexicon } from './lexicon.ts';

/** The rules for "etc.", whose full stop ends a sentence only at the end of the text or before a capital. */
export const ET_CETERA: SpokenLexicon['abbreviations'] = [
  [/(?<![\p{L}\p{N}])etc\.(?=["')\]]*(?:\s*$|\s+["'(]*\p{Lu}))/gu, 'et cetera.'],
  [/(?<![\p{L}\p{N}])etc\b\.?/gu, 'et cetera'],
];
