/** How a relation is said between two terms, and how before a single one: "x is at least 5", "at least 5". */
type Relation = readonly [between: string, before: string];

/** How formulas are said in a language. The functions get parts that are in words already. */
export interface MathWords {
  /** By sign. */
  readonly relations: Readonly<Record<'=' | '≠' | '<' | '>' | '≤' | '≥' | '≈' | '≡' | '∝' | '∈' | '∉' | '⊂', Relation>>;
  /** By sign. */
  readonly operators: Readonly<Record<'+' | '−' | '×' | '÷' | '±' | '→' | '⇒' | '⇔' | '∪' | '∩' | '∧' | '∨', string>>;
  /** Signs that are terms or stand before one. */
  readonly terms: Readonly<Record<'∞' | '∂' | '∇' | '∅' | '∀' | '∃' | '¬' | '%' | '′' | '!' | '…', string>>;
  /** Said behind the base: "to the power of 2", and its short form if there is one: "squared". */
  readonly toThe: (exponent: string) => string;
  readonly power: (exponent: string) => string;
  /** Said behind the name: "sub 1". */
  readonly index: (index: string) => string;
  readonly fraction: (top: string, bottom: string) => string;
  /** @param degree 2 for the square root */
  readonly root: (degree: string, of: string) => string;
  readonly absolute: (of: string) => string;
  readonly choose: (from: string, count: string) => string;
  /** Sums, integrals and limits; `from` and `to` may be empty. */
  readonly big: Readonly<Record<'∑' | '∏' | '∫' | 'lim', (from: string, to: string) => string>>;
  readonly logarithm: (base: string) => string;
  /** "f of x". */
  readonly of: string;
  /** By name in LaTeX. */
  readonly functions: Readonly<Record<string, string>>;
  /** Marks above a letter, by name in LaTeX: the words around the letter. */
  readonly accents: Readonly<Record<'hat' | 'bar' | 'vec' | 'dot' | 'tilde', (letter: string) => string>>;
  /** Between the parts of a formula in several lines. */
  readonly pause: string;
}

/** For a language without a lexicon: the signs themselves, which a voice may know. */
export const MATH_SIGNS: MathWords = {
  relations: {
    '=': ['=', '='],
    '≠': ['≠', '≠'],
    '<': ['<', '<'],
    '>': ['>', '>'],
    '≤': ['≤', '≤'],
    '≥': ['≥', '≥'],
    '≈': ['≈', '≈'],
    '≡': ['≡', '≡'],
    '∝': ['∝', '∝'],
    '∈': ['∈', '∈'],
    '∉': ['∉', '∉'],
    '⊂': ['⊂', '⊂'],
  },
  operators: {
    '+': '+',
    '−': '-',
    '×': '×',
    '÷': '÷',
    '±': '±',
    '→': ',',
    '⇒': ',',
    '⇔': ',',
    '∪': '∪',
    '∩': '∩',
    '∧': '∧',
    '∨': '∨',
  },
  terms: {
    '∞': '∞',
    '∂': '∂',
    '∇': '∇',
    '∅': '∅',
    '∀': '∀',
    '∃': '∃',
    '¬': '¬',
    '%': '%',
    '′': '′',
    '!': '!',
    '…': '...',
  },
  toThe: (exponent) => `^ ${exponent}`,
  power: (exponent) => (exponent === '2' ? '²' : exponent === '3' ? '³' : `^ ${exponent}`),
  index: (index) => index,
  fraction: (top, bottom) => `${top} / ${bottom}`,
  root: (degree, of) => (degree === '2' ? `√ ${of}` : `${degree} √ ${of}`),
  absolute: (of) => of,
  choose: (from, count) => `${from}, ${count}`,
  big: {
    '∑': (from, to) => `∑ ${from} ${to}`,
    '∏': (from, to) => `∏ ${from} ${to}`,
    '∫': (from, to) => `∫ ${from} ${to}`,
    lim: (from) => `lim ${from}`,
  },
  logarithm: (base) => `log ${base}`,
  of: '',
  functions: {},
  accents: { hat: (x) => x, bar: (x) => x, vec: (x) => x, dot: (x) => x, tilde: (x) => x },
  pause: ',',
};
