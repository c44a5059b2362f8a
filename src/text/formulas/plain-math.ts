import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import { after, memo } from '../replacement.ts';
import { SHELVED_FORMULA as SHELVED, type Shelf } from '../shelf.ts';
import { sayFormula } from './formula-reader.ts';
import { formulaWords } from './formulas.ts';
import { baseCharacter, GREEK, LOWERED, RAISED } from './latex-signs.ts';

/** Says formulas that are written without marks: H₂O, x², 10^-3, √2, π, a ≤ b. Runs when units have their words. */
export function sayPlainMath(text: string, lexicon: SpokenLexicon, shelf: Shelf): string {
  if (!HAS_MATH.test(text)) return text;
  const words = formulaWords(lexicon);
  const say = (source: string) => shelf.put(sayFormula(source, words), 'formula');
  return text
    .replace(
      POWERS,
      (
        match: string,
        base: string,
        caret: string | undefined,
        raised: string | undefined,
        at: number,
        whole: string,
      ) => {
        const exponent = shelf.put(powerWords(caret ?? raised ?? '', lexicon), 'formula');
        const isTight = /^[\p{L}\p{N}(]/u.test(after(whole, at + match.length, 2));
        return `${base}${base === '' ? '' : ' '}${exponent}${isTight ? ' ' : ''}`;
      },
    )
    .replace(
      INDICES,
      (_, base: string, index: string, next: string | undefined) =>
        `${base} ${shelf.put(sayFormula(`x${index}`, words).slice(2), 'formula')}${next === undefined ? '' : ' '}`,
    )
    .replace(ROOTS, (match: string) => say(match.replace(/^sqrt/i, '\\sqrt').replace(/\\sqrt\((.*)\)$/, '\\sqrt{$1}')))
    .replace(GREEK_LETTER, (letter: string, at: number, whole: string) => {
      const name = shelf.put(GREEK.get(letter) ?? letter, 'formula');
      const isTight = (sign: string | undefined) => /[\p{L}\p{N}]/u.test(sign ?? '');
      return `${isTight(whole[at - 1]) ? ' ' : ''}${name}${isTight(whole[at + 1]) ? ' ' : ''}`;
    })
    .replace(FACTORIAL, (_, of: string) => `${of} ${shelf.put(lexicon.math.terms['!'], 'formula')}`)
    .replace(/∞/g, () => shelf.put(lexicon.math.terms['∞'], 'formula'))
    .replace(RELATIONS, (...match) => relation(match.at(-1) as Record<string, string | undefined>, lexicon));
}

const HAS_MATH = new RegExp(`[\\^${RAISED}${LOWERED}√∛∞≤≥≠≈≡∈∉≅≃⩽⩾<>\\p{Script=Greek}]|sqrt|![=+*/× ]`, 'iu');

/** A base and its exponent, raised or behind a ^. */
const POWERS = new RegExp(
  String.raw`([\p{L}\p{N})\]${SHELVED}]?)(?:\^(\{[^{}\n]{1,60}\}|\([^()\n]{1,60}\)|[-−+]?(?:\d+(?:[.,]\d+)?|\p{L})[!]?)|([${RAISED}]{1,12}))`,
  'gu',
);
const INDICES = new RegExp(String.raw`(?<![\p{L}\d])(\p{L})([${LOWERED}]{1,6})(?=([\p{L}\d(])?)`, 'gu');
const ROOTS = /[√∛]\s?(?:\([^()\n]{1,60}\)|\d+(?:[.,]\d+)?|\p{L})|(?<![\p{L}\\])sqrt\s?\([^()\n]{1,60}\)/giu;
const FACTORIAL = /((?<!\p{L})[\p{Ll}]|\d)!(?=\s?[=+*/×÷])/gu;
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
