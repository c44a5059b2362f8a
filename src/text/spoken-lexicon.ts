import { ENGLISH } from './spoken-english.ts';
import { FRENCH } from './spoken-french.ts';

/** Singular and plural of something that is counted. */
export type Counted = readonly [one: string, many: string];

/** How signs, units and abbreviations are said in a language. */
export interface SpokenLexicon {
  readonly link: string;
  readonly times: string;
  readonly to: string;
  readonly about: string;
  readonly plus: string;
  readonly minus: string;
  readonly plusOrMinus: string;
  readonly dividedBy: string;
  readonly equals: string;
  readonly percent: string;
  readonly number: string;
  readonly and: string;
  readonly degrees: Counted;
  /** Whether something is said in the singular with this number, given as it is written. */
  readonly isOne: (value: string) => boolean;
  /** Whether a space stands between thousands, as in 12 000. */
  readonly spacedThousands: boolean;
  /** By their signs. */
  readonly currencies: Readonly<Record<string, Counted>>;
  /** Behind an amount of money, as in $5k. */
  readonly multiples: Readonly<Record<string, string>>;
  readonly units: Readonly<Record<string, Counted>>;
  /** ½, ¼ and ¾: alone, and behind a number. */
  readonly fractions: Readonly<Record<string, Counted>>;
  /** Numbers such as 1st, by what is written. */
  readonly ordinals: ReadonlyMap<string, string>;
  /** Abbreviations that are said in full, in this order. `$1` and the like are the pattern's. */
  readonly abbreviations: readonly (readonly [RegExp, string])[];
}

/** How signs are said in a language, BCP 47; undefined when nobody has written it down. */
export function lexiconFor(language: string): SpokenLexicon | undefined {
  if (/^en\b/i.test(language)) return ENGLISH;
  return /^fr\b/i.test(language) ? FRENCH : undefined;
}
