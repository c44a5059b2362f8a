import type { MathWords } from './math-words.ts';

/** A sum or the like with its limits, either of which may be missing. */
function over(name: string, from: string, to: string): string {
  if (from === '' && to === '') return `the ${name} of`;
  if (to === '') return `the ${name} over ${from} of`;
  return `the ${name} from ${from} to ${to} of`;
}

const ROOTS: Readonly<Record<string, string>> = { '2': 'square', '3': 'cube', '4': 'fourth', '5': 'fifth', n: 'nth' };

/** Formulas in English. */
export const ENGLISH_MATH: MathWords = {
  relations: {
    '=': ['equals', 'equals'],
    '≠': ['is not equal to', 'not equal to'],
    '<': ['is less than', 'less than'],
    '>': ['is greater than', 'more than'],
    '≤': ['is less than or equal to', 'at most'],
    '≥': ['is greater than or equal to', 'at least'],
    '≈': ['is approximately', 'about'],
    '≡': ['is equivalent to', 'equivalent to'],
    '∝': ['is proportional to', 'proportional to'],
    '∈': ['is in', 'in'],
    '∉': ['is not in', 'not in'],
    '⊂': ['is a subset of', 'subset of'],
  },
  operators: {
    '+': 'plus',
    '−': 'minus',
    '×': 'times',
    '÷': 'divided by',
    '±': 'plus or minus',
    '→': 'to',
    '⇒': 'implies',
    '⇔': 'if and only if',
    '∪': 'union',
    '∩': 'intersection',
    '∧': 'and',
    '∨': 'or',
  },
  terms: {
    '∞': 'infinity',
    '∂': 'partial',
    '∇': 'nabla',
    '∅': 'the empty set',
    '∀': 'for all',
    '∃': 'there exists',
    '¬': 'not',
    '%': 'percent',
    '′': 'prime',
    '!': 'factorial',
    '…': 'and so on',
  },
  toThe: (exponent) => `to the power of ${exponent}`,
  power: (exponent) => (exponent === '2' ? 'squared' : exponent === '3' ? 'cubed' : `to the power of ${exponent}`),
  index: (index) => `sub ${index}`,
  fraction: (top, bottom) => `${top} over ${bottom}`,
  root: (degree, of) => `the ${ROOTS[degree] ?? `${degree}th`} root of ${of}`,
  absolute: (of) => `the absolute value of ${of}`,
  choose: (from, count) => `${from} choose ${count}`,
  big: {
    '∑': (from, to) => over('sum', from, to),
    '∏': (from, to) => over('product', from, to),
    '∫': (from, to) => over('integral', from, to),
    lim: (from) => (from === '' ? 'the limit of' : `the limit as ${from.replace(' to ', ' approaches ')} of`),
  },
  logarithm: (base) => `log base ${base} of`,
  of: 'of',
  functions: {
    sin: 'sine',
    cos: 'cosine',
    tan: 'tangent',
    cot: 'cotangent',
    sec: 'secant',
    csc: 'cosecant',
    arcsin: 'arc sine',
    arccos: 'arc cosine',
    arctan: 'arc tangent',
    sinh: 'hyperbolic sine',
    cosh: 'hyperbolic cosine',
    tanh: 'hyperbolic tangent',
    log: 'log',
    ln: 'natural log',
    exp: 'exponential',
    min: 'minimum',
    max: 'maximum',
    det: 'determinant',
    gcd: 'greatest common divisor',
    mod: 'modulo',
  },
  accents: {
    hat: (letter) => `${letter} hat`,
    bar: (letter) => `${letter} bar`,
    vec: (letter) => `vector ${letter}`,
    dot: (letter) => `${letter} dot`,
    tilde: (letter) => `${letter} tilde`,
  },
  pause: ',',
};
