import { baseLanguage } from '../language-tag.ts';
import type { DirectionWords } from './direction-words.ts';
import { ENGLISH_DIRECTIONS } from './directions-english.ts';
import { FRENCH_DIRECTIONS } from './directions-french.ts';
import { GERMAN_DIRECTIONS } from './directions-german.ts';
import { OTHER_DIRECTIONS } from './directions-others.ts';

const BY_LANGUAGE: Readonly<Record<string, DirectionWords>> = {
  ...OTHER_DIRECTIONS,
  en: ENGLISH_DIRECTIONS,
  fr: FRENCH_DIRECTIONS,
  de: GERMAN_DIRECTIONS,
};

/** The words of a language, and the English ones, which models mix into every language. */
export function directionWordsFor(language: string): readonly DirectionWords[] {
  const own = BY_LANGUAGE[baseLanguage(language)];
  return own && own !== ENGLISH_DIRECTIONS ? [own, ENGLISH_DIRECTIONS] : [ENGLISH_DIRECTIONS];
}
