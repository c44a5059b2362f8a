/** Commands of LaTeX that stand for one sign, by name. Greek letters stand for their names. */
export const SIGN_OF: Readonly<Record<string, string>> = {
  times: '×',
  cdot: '×',
  ast: '×',
  bullet: '×',
  div: '÷',
  pm: '±',
  mp: '±',
  leq: '≤',
  le: '≤',
  leqslant: '≤',
  geq: '≥',
  ge: '≥',
  geqslant: '≥',
  lt: '<',
  gt: '>',
  ll: '<',
  gg: '>',
  neq: '≠',
  ne: '≠',
  approx: '≈',
  approxeq: '≈',
  sim: '≈',
  simeq: '≈',
  cong: '≈',
  equiv: '≡',
  propto: '∝',
  in: '∈',
  notin: '∉',
  subset: '⊂',
  subseteq: '⊂',
  cup: '∪',
  cap: '∩',
  land: '∧',
  wedge: '∧',
  lor: '∨',
  vee: '∨',
  to: '→',
  rightarrow: '→',
  longrightarrow: '→',
  mapsto: '→',
  Rightarrow: '⇒',
  Longrightarrow: '⇒',
  implies: '⇒',
  Leftrightarrow: '⇔',
  iff: '⇔',
  rightleftharpoons: '⇔',
  infty: '∞',
  partial: '∂',
  nabla: '∇',
  emptyset: '∅',
  varnothing: '∅',
  forall: '∀',
  exists: '∃',
  neg: '¬',
  lnot: '¬',
  prime: '′',
  ldots: '…',
  cdots: '…',
  dots: '…',
  dotsc: '…',
  dotsb: '…',
  sum: '∑',
  prod: '∏',
  int: '∫',
  iint: '∫',
  iiint: '∫',
  oint: '∫',
  lim: 'lim',
  circ: '°',
  degree: '°',
  ell: 'l',
  hbar: 'h',
  Re: 'Re',
  Im: 'Im',
  lvert: '|',
  rvert: '|',
  vert: '|',
  mid: '|',
  lbrace: '(',
  rbrace: ')',
  langle: '(',
  rangle: ')',
  lfloor: '(',
  rfloor: ')',
  lceil: '(',
  rceil: ')',
};

const GREEK_NAMES =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega'.split(
    ' ',
  );
const GREEK_LETTERS = 'αβγδεζηθικλμνξοπρστυφχψω';
const GREEK_CAPITALS = 'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ';

/** The names of Greek letters, by letter. Voices of all languages know them. */
export const GREEK: ReadonlyMap<string, string> = new Map([
  ...GREEK_NAMES.map((name, index) => [GREEK_LETTERS[index] ?? '', name] as const),
  ...GREEK_NAMES.map((name, index) => [GREEK_CAPITALS[index] ?? '', name] as const),
  ['ς', 'sigma'],
  ['ϵ', 'epsilon'],
  ['ϕ', 'phi'],
  ['ϑ', 'theta'],
  ['µ', 'mu'],
]);

/** The name of a Greek letter that a command stands for, as in \varphi and \Delta. */
export function greekOf(command: string): string | undefined {
  const name = command.replace(/^var(?=[a-z])/, '').toLowerCase();
  return GREEK_NAMES.includes(name) ? name : undefined;
}

/** Commands whose argument is said as it is. */
export const PLAIN_ARGUMENT: ReadonlySet<string> = new Set(
  'text textrm textbf textit texttt textsf mathrm mathbf mathit mathbb mathcal mathfrak mathsf mathtt boldsymbol bm mbox hbox operatorname boxed ce mathop mathbin mathrel pmb emph underline underbrace overbrace cancel displaystyle'.split(
    ' ',
  ),
);

/** Commands that put a mark above a letter, by the mark. */
export const ACCENT_OF: Readonly<Record<string, 'hat' | 'bar' | 'vec' | 'dot' | 'tilde'>> = {
  hat: 'hat',
  widehat: 'hat',
  bar: 'bar',
  overline: 'bar',
  vec: 'vec',
  overrightarrow: 'vec',
  dot: 'dot',
  tilde: 'tilde',
  widetilde: 'tilde',
};

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ';
const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙᵢ';
const PLAIN = '0123456789+-=()ni';

/** Raised and lowered characters, and their sources for regular expressions. */
export const RAISED = `${SUPERSCRIPTS}ᵃᵇᶜᵈᵉᵏᵐᵗˣʸᶻ`;
export const LOWERED = `${SUBSCRIPTS}ₐₑₒₓₖₘₜⱼ`;
const RAISED_LETTERS: Readonly<Record<string, string>> = {
  ᵃ: 'a',
  ᵇ: 'b',
  ᶜ: 'c',
  ᵈ: 'd',
  ᵉ: 'e',
  ᵏ: 'k',
  ᵐ: 'm',
  ᵗ: 't',
  ˣ: 'x',
  ʸ: 'y',
  ᶻ: 'z',
  ₐ: 'a',
  ₑ: 'e',
  ₒ: 'o',
  ₓ: 'x',
  ₖ: 'k',
  ₘ: 'm',
  ₜ: 't',
  ⱼ: 'j',
};

/** The character that was raised or lowered; undefined for any other. */
export function baseCharacter(sign: string): string | undefined {
  const at = Math.max(SUPERSCRIPTS.indexOf(sign), SUBSCRIPTS.indexOf(sign));
  return sign === '' || at < 0 ? RAISED_LETTERS[sign] : PLAIN[at];
}
