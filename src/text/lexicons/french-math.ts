import type { MathWords } from './math-words.ts';

/** A sum or the like with its limits, either of which may be missing. */
function over(name: string, from: string, to: string): string {
  if (from === '' && to === '') return `${name} de`;
  if (to === '') return `${name} sur ${from} de`;
  return `${name} de ${from} à ${to} de`;
}

const ROOTS: Readonly<Record<string, string>> = { '2': 'carrée', '3': 'cubique', '4': 'quatrième', '5': 'cinquième' };

/** Formulas in French. */
export const FRENCH_MATH: MathWords = {
  relations: {
    '=': ['égale', 'égale'],
    '≠': ['est différent de', 'différent de'],
    '<': ['est inférieur à', 'moins de'],
    '>': ['est supérieur à', 'plus de'],
    '≤': ['est inférieur ou égal à', 'au plus'],
    '≥': ['est supérieur ou égal à', 'au moins'],
    '≈': ['est environ égal à', 'environ'],
    '≡': ['est équivalent à', 'équivalent à'],
    '∝': ['est proportionnel à', 'proportionnel à'],
    '∈': ['appartient à', 'dans'],
    '∉': ["n'appartient pas à", 'hors de'],
    '⊂': ['est inclus dans', 'inclus dans'],
  },
  operators: {
    '+': 'plus',
    '−': 'moins',
    '×': 'fois',
    '÷': 'divisé par',
    '±': 'plus ou moins',
    '→': 'vers',
    '⇒': 'implique',
    '⇔': 'équivaut à',
    '∪': 'union',
    '∩': 'inter',
    '∧': 'et',
    '∨': 'ou',
  },
  terms: {
    '∞': "l'infini",
    '∂': 'd rond',
    '∇': 'nabla',
    '∅': "l'ensemble vide",
    '∀': 'pour tout',
    '∃': 'il existe',
    '¬': 'non',
    '%': 'pour cent',
    '′': 'prime',
    '!': 'factorielle',
    '…': 'et ainsi de suite',
  },
  toThe: (exponent) => `puissance ${exponent}`,
  power: (exponent) => (exponent === '2' ? 'au carré' : exponent === '3' ? 'au cube' : `puissance ${exponent}`),
  index: (index) => `indice ${index}`,
  fraction: (top, bottom) => `${top} sur ${bottom}`,
  root: (degree, of) => `racine ${ROOTS[degree] ?? `${degree}-ième`} de ${of}`,
  absolute: (of) => `la valeur absolue de ${of}`,
  choose: (from, count) => `${count} parmi ${from}`,
  big: {
    '∑': (from, to) => over('la somme', from, to),
    '∏': (from, to) => over('le produit', from, to),
    '∫': (from, to) => over("l'intégrale", from, to),
    lim: (from) => (from === '' ? 'la limite de' : `la limite quand ${from.replace(' vers ', ' tend vers ')} de`),
  },
  logarithm: (base) => `log en base ${base} de`,
  of: 'de',
  functions: {
    sin: 'sinus',
    cos: 'cosinus',
    tan: 'tangente',
    cot: 'cotangente',
    arcsin: 'arc sinus',
    arccos: 'arc cosinus',
    arctan: 'arc tangente',
    sinh: 'sinus hyperbolique',
    cosh: 'cosinus hyperbolique',
    tanh: 'tangente hyperbolique',
    log: 'log',
    ln: 'logarithme népérien',
    exp: 'exponentielle',
    min: 'minimum',
    max: 'maximum',
    det: 'déterminant',
    gcd: 'plus grand commun diviseur',
    mod: 'modulo',
  },
  accents: {
    hat: (letter) => `${letter} chapeau`,
    bar: (letter) => `${letter} barre`,
    vec: (letter) => `vecteur ${letter}`,
    dot: (letter) => `${letter} point`,
    tilde: (letter) => `${letter} tilde`,
  },
  pause: ',',
};
