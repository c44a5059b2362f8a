import { baseLanguage } from '../language-tag.ts';
import { ENGLISH } from './english.ts';
import { FRENCH } from './french.ts';
import { GERMAN } from './german.ts';
import type { SpokenLexicon } from './lexicon.ts';

/** The lexicons, by language without region. A language is added here. */
const LEXICONS: Readonly<Record<string, SpokenLexicon>> = { en: ENGLISH, fr: FRENCH, de: GERMAN };

/** The lexicon of a language, BCP 47; undefined when there is none. */
export function lexiconFor(language: string): SpokenLexicon | undefined {
  return LEXICONS[baseLanguage(language)];
}
