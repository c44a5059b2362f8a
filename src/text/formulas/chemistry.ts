import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import type { Shelf } from '../shelf.ts';

const ELEMENT =
  'H|He|Li|Be|B|C|N|O|F|Ne|Na|Mg|Al|Si|P|S|Cl|Ar|K|Ca|Ti|V|Cr|Mn|Fe|Co|Ni|Cu|Zn|As|Se|Br|Ag|Cd|Sn|Sb|I|Xe|Cs|Ba|Pt|Au|Hg|Pb|Bi|Ra|Th|U|Pu';

const COMPOUND = new RegExp(
  String.raw`^(?:(?:${ELEMENT}|[()])(?:_\{?\d+\}?|[₀-₉]+)?)+(?:\^\{?\d?[+-]\}?|[⁰-⁹¹²³]*[⁺⁻])?$`,
);

/** Whether this is the formula of a substance, as in H_2O. */
export function isChemistry(source: string): boolean {
  const bare = source.replace(/\\(?:mathrm|text|ce)\{((?:[^{}]|\{\d+\})*)\}/g, '$1').replace(/[\s$]/g, '');
  return bare.length < 60 && /[_₀-₉]|[⁺⁻]$/.test(bare) && /[A-Z]/.test(bare) && COMPOUND.test(bare);
}

/** Substances with lowered figures, H₂SO₄, and the most frequent ones without: CO2. */
const LOWERED_SUBSTANCE = new RegExp(
  String.raw`(?<!\p{L})(?:[(]?(?:${ELEMENT})[)]?[₀-₉]{0,2}){1,12}(?:[⁰¹²³⁴-⁹]?[⁺⁻])?(?![\p{L}\p{N}])`,
  'gu',
);
const PLAIN_SUBSTANCE =
  /(?<![\p{L}\p{N}])(?:H2O2?|CO2|O[23]|N2O?|H2(?:SO4|S)?|CH4|NO[23x]|SO2|NH[34]|C6H12O6|CaCO3|HNO3|C2H5OH|Fe2O3)(?![\p{L}\p{N}])/gu;

/** Spells the formulas of substances, before their figures are taken for numbers. Charges are said where there is a lexicon. */
export function saySubstances(text: string, lexicon: SpokenLexicon | undefined, shelf: Shelf): string {
  if (!/[₀-₉⁺⁻]|[A-Z]\d/.test(text)) return text;
  const say = (match: string) => shelf.put(spell(match, lexicon), 'formula');
  return text
    .replace(LOWERED_SUBSTANCE, (match: string, at: number, whole: string) => {
      if (!/[₀-₉⁺⁻]/.test(match)) return match;
      return /\d/.test(whole[at - 1] ?? '') ? ` ${say(match)}` : say(match);
    })
    .replace(PLAIN_SUBSTANCE, say);
}

const LOW_FIGURES = '₀₁₂₃₄₅₆₇₈₉';
const HIGH_FIGURES = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** "H 2 S O 4": voices make one word of letters and figures. */
function spell(substance: string, lexicon: SpokenLexicon | undefined): string {
  const plain = (sign: string) => {
    const figure = Math.max(LOW_FIGURES.indexOf(sign), HIGH_FIGURES.indexOf(sign));
    if (figure >= 0) return String(figure);
    return sign === '⁺' ? (lexicon?.plus ?? '+') : sign === '⁻' ? (lexicon?.minus ?? '-') : sign;
  };
  const groups = substance.match(/[₀-₉]+|\d+|[^()]/gu) ?? [];
  return groups.map((group) => [...group].map(plain).join('')).join(' ');
}
