import type { MathWords } from './math-words.ts';

/** A sum or the like with its limits, either of which may be missing. */
function over(name: string, from: string, to: string): string {
  if (from === '' && to === '') return `${name} über`;
  if (to === '') return `${name} mit ${from} über`;
  return `${name} von ${from} bis ${to} über`;
}

const ROOTS: Readonly<Record<string, string>> = { '3': 'dritte', '4': 'vierte', '5': 'fünfte' };

/** Formulas in German. */
export const GERMAN_MATH: MathWords = {
  relations: {
    '=': ['gleich', 'gleich'],
    '≠': ['ungleich', 'ungleich'],
    '<': ['kleiner als', 'weniger als'],
    '>': ['größer als', 'mehr als'],
    '≤': ['kleiner oder gleich', 'höchstens'],
    '≥': ['größer oder gleich', 'mindestens'],
    '≈': ['ungefähr gleich', 'ungefähr'],
    '≡': ['äquivalent zu', 'äquivalent zu'],
    '∝': ['proportional zu', 'proportional zu'],
    '∈': ['Element von', 'aus'],
    '∉': ['nicht Element von', 'nicht aus'],
    '⊂': ['Teilmenge von', 'Teilmenge von'],
  },
  operators: {
    '+': 'plus',
    '−': 'minus',
    '×': 'mal',
    '÷': 'geteilt durch',
    '±': 'plus minus',
    '→': 'gegen',
    '⇒': 'daraus folgt',
    '⇔': 'genau dann wenn',
    '∪': 'vereinigt mit',
    '∩': 'geschnitten mit',
    '∧': 'und',
    '∨': 'oder',
  },
  terms: {
    '∞': 'unendlich',
    '∂': 'd',
    '∇': 'Nabla',
    '∅': 'leere Menge',
    '∀': 'für alle',
    '∃': 'es gibt',
    '¬': 'nicht',
    '%': 'Prozent',
    '′': 'Strich',
    '!': 'Fakultät',
    '…': 'und so weiter',
  },
  toThe: (exponent) => `hoch ${exponent}`,
  power: (exponent) => (exponent === '2' ? 'Quadrat' : `hoch ${exponent}`),
  index: (index) => `Index ${index}`,
  fraction: (top, bottom) => `${top} durch ${bottom}`,
  root: (degree, of) => (degree === '2' ? `Wurzel aus ${of}` : `${ROOTS[degree] ?? `${degree}-te`} Wurzel aus ${of}`),
  absolute: (of) => `Betrag von ${of}`,
  choose: (from, count) => `${from} über ${count}`,
  big: {
    '∑': (from, to) => over('Summe', from, to),
    '∏': (from, to) => over('Produkt', from, to),
    '∫': (from, to) => over('Integral', from, to),
    lim: (from) => (from === '' ? 'Grenzwert von' : `Grenzwert für ${from} von`),
  },
  logarithm: (base) => `Logarithmus zur Basis ${base} von`,
  of: 'von',
  functions: {
    sin: 'Sinus',
    cos: 'Kosinus',
    tan: 'Tangens',
    cot: 'Kotangens',
    arcsin: 'Arkussinus',
    arccos: 'Arkuskosinus',
    arctan: 'Arkustangens',
    sinh: 'Sinus hyperbolicus',
    cosh: 'Kosinus hyperbolicus',
    tanh: 'Tangens hyperbolicus',
    log: 'Logarithmus',
    ln: 'natürlicher Logarithmus',
    exp: 'e hoch',
    min: 'Minimum',
    max: 'Maximum',
    det: 'Determinante',
    gcd: 'größter gemeinsamer Teiler',
    mod: 'modulo',
  },
  accents: {
    hat: (letter) => `${letter} Dach`,
    bar: (letter) => `${letter} quer`,
    vec: (letter) => `Vektor ${letter}`,
    dot: (letter) => `${letter} Punkt`,
    tilde: (letter) => `${letter} Tilde`,
  },
  pause: ',',
};
