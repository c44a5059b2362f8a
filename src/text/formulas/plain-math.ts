import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import { memo } from '../replacement.ts';
import { SHELVED_FORMULA as SHELVED, type Shelf } from '../shelf.ts';
import { sayFormula } from './formula-reader.ts';
import { formulaWords } from './formulas.ts';
import { baseCharacter, GREEK, LOWERED, RAISED } from './latex-signs.ts';

const ELEMENT =
  '(?:H|He|Li|Be|B|C|N|O|F|Ne|Na|Mg|Al|Si|P|S|Cl|Ar|K|Ca|Ti|Cr|Mn|Fe|Co|Ni|Cu|Zn|As|Se|Br|Ag|Sn|I|Ba|Pt|Au|Hg|Pb|U)';

/** Substances with lowered figures, H₂SO₄, and the most frequent ones without: CO2. */
const LOWERED_SUBSTANCE = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:[(]?${ELEMENT}[)]?[₀-₉]{0,2}){1,12}(?:[⁰¹²³⁴-⁹]?[⁺⁻])?(?![\p{L}\p{N}])`,
  'gu',
);
const PLAIN_SUBSTANCE =
  /(?<![\p{L}\p{N}])(?:H2O2?|CO2|O[23]|N2O?|H2(?:SO4|S)?|CH4|NO[23x]|SO2|NH[34]|C6H12O6|CaCO3|HNO3|C2H5OH|Fe2O3)(?![\p{L}\p{N}])/gu;

/** Says formulas that are written without marks: H₂O, x², 10^-3, √2, π, a ≤ b. Runs when units have their words. */
export function sayPlainMath(text: string, lexicon: SpokenLexicon, shelf: Shelf): string {
  if (!HAS_MATH.test(text)) return text;
  const words = formulaWords(lexicon);
  const say = (source: string) => shelf.put(sayFormula(source, words), 'formula');
  return text
    .replace(POWERS, (_, base: string, caret: string | undefined, raised: string | undefined) => {
      const exponent = powerWords(caret ?? raised ?? '', lexicon);
      return `${base}${base === '' ? '' : ' '}${shelf.put(exponent, 'formula')}`;
    })
    .replace(
      INDICES,
      (_, base: string, index: string) => `${base} ${shelf.put(sayFormula(`x${index}`, words).slice(2), 'formula')}`,
    )
    .replace(ROOTS, (match: string) => say(match.replace(/^sqrt/i, '\\sqrt').replace(/\\sqrt\((.*)\)$/, '\\sqrt{$1}')))
    .replace(GREEK_LETTER, (letter: string, at: number, whole: string) => {
      const name = shelf.put(GREEK.get(letter) ?? letter, 'formula');
      const isTight = (sign: string | undefined) => /[\p{L}\p{N}]/u.test(sign ?? '');
      return `${isTight(whole[at - 1]) ? ' ' : ''}${name}${isTight(whole[at + 1]) ? ' ' : ''}`;
    })
    .replace(/∞/g, () => shelf.put(lexicon.math.terms['∞'], 'formula'))
    .replace(RELATIONS, (...match) => relation(match.at(-1) as Record<string, string | undefined>, lexicon));
}

/** Substances, before their figures are taken for numbers. */
export function saySubstances(text: string, shelf: Shelf): string {
  if (!/[₀-₉⁺⁻]|[A-Z]\d/.test(text)) return text;
  const say = (match: string) => shelf.put(spell(match), 'formula');
  return text
    .replace(LOWERED_SUBSTANCE, (match) => (/[₀-₉⁺⁻]/.test(match) ? say(match) : match))
    .replace(PLAIN_SUBSTANCE, say);
}

const LOW_FIGURES = '₀₁₂₃₄₅₆₇₈₉';
const HIGH_FIGURES = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** "H 2 S O 4": voices make one word of letters and figures. */
function spell(substance: string): string {
  const plain = (sign: string) => {
    const figure = Math.max(LOW_FIGURES.indexOf(sign), HIGH_FIGURES.indexOf(sign));
    if (figure >= 0) return String(figure);
    return sign === '⁺' ? 'plus' : sign === '⁻' ? 'minus' : sign;
  };
  const groups = substance.match(/[₀-₉]+|\d+|[^()]/gu) ?? [];
  return groups.map((group) => [...group].map(plain).join('')).join(' ');
}

const HAS_MATH = new RegExp(`[\\^${RAISED}${LOWERED}√∛∞≤≥≠≈≡∈∉≅≃⩽⩾<>\\p{Script=Greek}]|sqrt`, 'iu');

/** A base and its exponent, raised or behind a ^. */
const POWERS = new RegExp(
  String.raw`([\p{L}\p{N})\]${SHELVED}]?)(?:\^(\{[^{}\n]{1,60}\}|\([^()\n]{1,60}\)|[-−+]?(?:\d+(?:[.,]\d+)?|\p{L})[!]?)|([${RAISED}]{1,12}))`,
  'gu',
);
const INDICES = new RegExp(String.raw`(?<![\p{L}\p{N}])(\p{L})([${LOWERED}]{1,6})`, 'gu');
const ROOTS = /[√∛]\s?(?:\([^()\n]{1,60}\)|\d+(?:[.,]\d+)?|\p{L})|(?<![\p{L}\\])sqrt\s?\([^()\n]{1,60}\)/giu;
const GREEK_LETTER = /(?<!\p{Script=Greek})[\p{Script=Greek}µ](?!\p{Script=Greek})/gu;

/** A sign between two terms or before one. */
const RELATIONS = new RegExp(
  String.raw`(?:(?<word>\p{L}?)(?<left>[\p{L}\p{N})\]%°!'${SHELVED}]\s?)|^|(?<=[\s(:,]))(?<sign><=|>=|!=|=\/=|[≤≥≠≈≡∈∉≅≃⩽⩾](?=\s?[-−+±(√]?[\p{L}\p{N}$€£${SHELVED}])|(?<![<>=-])[<>](?![<>=-])(?=\s?[-−+±(√]?(?:[\p{N}$€£${SHELVED}]|\p{L}(?!\p{L}))))\s?`,
  'gu',
);

const SAME: Readonly<Record<string, string>> = {
  '<=': '≤',
  '>=': '≥',
  '!=': '≠',
  '=/=': '≠',
  '≅': '≈',
  '≃': '≈',
  '⩽': '≤',
  '⩾': '≥',
};

/** Behind a word, a number is compared with something that is not said: "aged at least 18", but "x is at least 18". */
function relation(
  { word = '', left = '', sign = '' }: Record<string, string | undefined>,
  { math }: SpokenLexicon,
): string {
  const [between, single] = math.relations[(SAME[sign] ?? sign) as keyof typeof math.relations] ?? [sign, sign];
  const term = left.trim();
  if (term === '') return `${single} `;
  return `${word}${term} ${word !== '' && /\p{L}$/u.test(term) ? single : between} `;
}

const exponents = memo((lexicon: SpokenLexicon) => formulaWords(lexicon));

function powerWords(exponent: string, lexicon: SpokenLexicon): string {
  const bare = [...exponent.replace(/^[{(]|[})]$/g, '')].map((sign) => baseCharacter(sign) ?? sign).join('');
  return sayFormula(`x^{${bare}}`, exponents(lexicon)).slice(2);
}
