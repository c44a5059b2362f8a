import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import { MATH_SIGNS } from '../lexicons/math-words.ts';
import { memo } from '../replacement.ts';
import type { Shelf } from '../shelf.ts';
import { type FormulaWords, sayFormula } from './formula-reader.ts';
import { ACCENT_OF, greekOf, SIGN_OF } from './latex-signs.ts';

/** Longest formula that is read, characters; longer ones stay text. */
const MAX_LENGTH = 1_000;

/** The words for formulas in a language; signs where there is no lexicon. */
export const formulaWords = memo(
  (lexicon: SpokenLexicon): FormulaWords => ({
    math: lexicon.math,
    degrees: lexicon.degrees,
    isOne: lexicon.isOne,
    dollars: lexicon.currencies.$?.name[1] ?? '$',
  }),
);

const SIGNS_ONLY: FormulaWords = { math: MATH_SIGNS };

/**
 * Says what is marked as a formula: \(…\), \[…\], $$…$$, $…$, environments such as \begin{equation}, and single commands
 * of LaTeX without any mark around them.
 */
export function sayFormulas(text: string, lexicon: SpokenLexicon | undefined, shelf: Shelf): string {
  if (!/[\\$|]/.test(text)) return text;
  const words = lexicon ? formulaWords(lexicon) : SIGNS_ONLY;
  const say = (source: string) => ` ${shelf.put(sayFormula(source, words), 'formula')} `;
  let spoken = text;
  for (const [open, close] of MARKS) spoken = replaceBetween(spoken, open, close, say);
  spoken = spoken.replace(INLINE, (match: string, source: string) => (isFormula(source) ? say(source).trim() : match));
  spoken = spoken.replace(ABSOLUTE, (match) => say(match).trim());
  return spoken.includes('\\') ? spoken.replace(BARE, (match) => (isKnown(match) ? say(match).trim() : match)) : spoken;
}

const ENVIRONMENTS =
  'equation equation* align align* aligned gather gather* multline cases matrix pmatrix bmatrix'.split(' ');

const MARKS: readonly (readonly [string, string])[] = [
  ['$$', '$$'],
  ['\\[', '\\]'],
  ['\\(', '\\)'],
  ...ENVIRONMENTS.map((name) => [`\\begin{${name}}`, `\\end{${name}}`] as const),
];

/** Replaces what stands between two marks, both included. Linear: every character is looked at once. */
function replaceBetween(text: string, open: string, close: string, say: (source: string) => string): string {
  let result = '';
  let from = 0;
  for (let start = text.indexOf(open); start >= 0; ) {
    const inner = start + open.length;
    const end = text.indexOf(close, inner);
    if (end < 0) break;
    // Of two opening marks the later one counts.
    const later = text.lastIndexOf(open, end - open.length);
    const begin = open !== close && later > start ? later : start;
    const source = text.slice(begin + open.length, end);
    if (source.length > MAX_LENGTH || source.trim() === '') {
      result += text.slice(from, end);
      from = end;
      start = text.indexOf(open, open === close ? end : end + close.length);
      continue;
    }
    result += text.slice(from, begin) + say(source);
    from = end + close.length;
    // A formula on a line of its own ends a clause, whether or not a mark says so.
    if (open !== '\\(' && /^\s{0,3}\p{Lu}/u.test(text.slice(from, from + 5))) result += '. ';
    start = text.indexOf(open, from);
  }
  return result + text.slice(from);
}

/**
 * Between single dollars as in Pandoc: no space inside the marks, no figure behind the second. Prices have no second
 * mark that fits.
 */
const INLINE = /(?<![\\$\p{L}\p{N}])\$(?=[^\s$])((?:[^$\n\\]|\\[^\n]){1,300}?)(?<=[^\s\\])\$(?![\p{L}\p{N}$])/gu;

/** Whether what stands between two dollars is a formula and no text between two prices. */
function isFormula(source: string): boolean {
  if (/^[\d.,]+$/.test(source)) return true;
  if (/\\[a-zA-Z]|[\^_{}]/.test(source)) return true;
  const words = source.match(/\p{L}{2,}/gu) ?? [];
  if (words.some((word) => word.length > 3 || /^(?:and|or|to|the|for|of|und|et|ou|oder|bis|à)$/.test(word)))
    return /=/.test(source) && !/^\d/.test(source);
  return /[=+*/<>|()≤≥≠≈×·°′'-]/.test(source) || /^[\d.,]{0,8}\p{L}{1,3}$/u.test(source);
}

/** |x| before a relation; elsewhere strokes part the cells of a table. */
const ABSOLUTE = /(?<![|\p{L}\p{N}])\|[^|\s][^|\n]{0,20}\|(?=\s?[=<>≤≥≠](?![|\n]))/gu;

const GROUP = String.raw`\{(?:[^{}\n]|\{(?:[^{}\n]|\{[^{}\n]{0,40}\}){0,80}\}){0,120}\}`;

/** A command in running text with its arguments, indices and powers. */
const BARE = new RegExp(
  String.raw`\\[a-zA-Z]{2,20}(?:\[[^\]\n]{0,10}\])?(?:${GROUP}){0,3}(?:[_^](?:${GROUP}|[\p{L}\p{N}])){0,2}`,
  'gu',
);

function isKnown(command: string): boolean {
  const name = /^\\([a-zA-Z]+)/.exec(command)?.[1] ?? '';
  return (
    /^(?:[dtc]?frac|[dt]?binom|sqrt|text|mathrm|mathbf|mathbb|boxed|left|right|quad|qquad|log|ln|sin|cos|tan)$/.test(
      name,
    ) ||
    (name in ACCENT_OF && command.includes('{')) ||
    name in SIGN_OF ||
    greekOf(name) !== undefined
  );
}
