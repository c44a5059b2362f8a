import type { SpokenLexicon } from '../lexicons/lexicon.ts';
import type { MathWords } from '../lexicons/math-words.ts';
import { isChemistry } from './chemistry.ts';
import { join, type Part, term, withPause } from './formula-parts.ts';
import { ACCENT_OF, baseCharacter, GREEK, greekOf, LOWERED, PLAIN_ARGUMENT, RAISED, SIGN_OF } from './latex-signs.ts';

/** What a formula needs beside the words for mathematics. */
export interface FormulaWords {
  readonly math: MathWords;
  readonly degrees?: SpokenLexicon['degrees'];
  readonly isOne?: SpokenLexicon['isOne'];
  readonly dollars?: string;
}

/** Formulas in formulas are read to this depth; deeper ones are hostile. */
const MAX_DEPTH = 20;

const TOKEN =
  /\\[A-Za-z]+\*?|\\[\s\S]|\d+(?:(?:[.,]|\{,\})\d+)*|(?<![A-Za-z])(?:arcsin|arccos|arctan|sinh|cosh|tanh|sin|cos|tan|log|ln|lim|exp|sqrt|max|min|mod)(?![a-z])|(?<![A-Za-z\\])[A-Z]?[a-z]{4,}(?![A-Za-z])|[\s\S]/gu;

/** A function whose name is written without the backslash. */
const FUNCTION = /^(?:arc(?:sin|cos|tan)|(?:sin|cos|tan)h?|log|ln|lim|exp|sqrt|max|min|mod)$/;

/** Reads a formula, in LaTeX or plain signs, in the words of a language. */
export function sayFormula(source: string, words: FormulaWords): string {
  const spoken = new FormulaReader(source, words).read();
  return spoken
    .replace(/\s+/g, ' ')
    .replace(/ ([,.)²³])/g, '$1')
    .replace(/\( /g, '(')
    .trim();
}

class FormulaReader {
  readonly #tokens: readonly string[];
  readonly #words: FormulaWords;
  readonly #math: MathWords;
  /** Chemistry has figures below its letters that are no indices: H_2O. */
  readonly #isChemistry: boolean;
  #at = 0;
  #depth = 0;
  /** Digits of a number that belong to the next argument: \frac12. */
  #rest = '';

  constructor(source: string, words: FormulaWords) {
    this.#tokens = source.match(TOKEN) ?? [];
    this.#words = words;
    this.#math = words.math;
    this.#isChemistry = isChemistry(source);
  }

  read(): string {
    return join(this.#sequence(() => false));
  }

  #peek(): string | undefined {
    return this.#rest !== '' ? this.#rest : this.#tokens[this.#at];
  }

  #next(): string | undefined {
    if (this.#rest !== '') {
      const rest = this.#rest;
      this.#rest = '';
      return rest;
    }
    return this.#tokens[this.#at++];
  }

  #skipSpaces(): void {
    while (/^\s$/.test(this.#peek() ?? '')) this.#next();
  }

  /** Parts up to the token at which `isEnd`, which is taken as well. */
  #sequence(isEnd: (token: string) => boolean): Part[] {
    const parts: Part[] = [];
    this.#depth++;
    for (let token = this.#next(); token !== undefined && !isEnd(token); token = this.#next()) {
      this.#read(token, parts);
    }
    this.#depth--;
    return parts;
  }

  #read(token: string, parts: Part[]): void {
    if (token === '^') this.#raise(this.#argument(), parts);
    else if (token === '_') this.#lower(this.#argument(), parts);
    else if (RAISED.includes(token)) this.#raise(this.#characters(token, RAISED), parts);
    else if (LOWERED.includes(token)) this.#lower(this.#characters(token, LOWERED), parts);
    else if (token === "'" || token === '′') this.#behind(this.#math.terms['′'], parts);
    else if (token === '!') this.#behind(this.#math.terms['!'], parts);
    else if (token === '{' || token === '(' || token === '[') this.#group(token, parts);
    else if (token.startsWith('\\')) this.#command(token.slice(1), parts);
    else if (FUNCTION.test(token)) this.#command(token, parts);
    else parts.push(this.#plain(token, parts));
  }

  /** A letter, figure or sign. */
  #plain(token: string, parts: readonly Part[]): Part {
    const { relations, operators, terms } = this.#math;
    if (/^[\s&~]$/.test(token)) return { words: '', kind: 'space' };
    if (/^\d/.test(token)) return term(token.replace('{,}', ','));
    if (token in relations) {
      const [between, before] = relations[token as keyof typeof relations];
      return { words: parts.some(({ kind }) => kind === 'term') ? between : before, kind: 'relation' };
    }
    if (token === '-' || token === '−' || token === '–') return { words: operators['−'], kind: 'operator' };
    if (token === '*' || token === '·' || token === '⋅' || token === '∙')
      return { words: operators['×'], kind: 'operator' };
    if (token === '/') return { words: this.#math.fraction('', '').trim(), kind: 'operator' };
    if (token in operators) return { words: operators[token as keyof typeof operators], kind: 'operator' };
    if (token in terms) return term(terms[token as keyof typeof terms]);
    if (token === '°') return this.#degrees(parts);
    if (token === '√') return this.#root('2');
    if (token === '∛') return this.#root('3');
    if (token === '∑' || token === '∏' || token === '∫') return this.#big(token);
    if (token === ',' || token === ';' || token === ':') return { words: ',', kind: 'space' };
    if (token === '.') return { words: '.', kind: 'space' };
    if (token === '|') return this.#absolute();
    if (token === '$') return term(this.#words.dollars ?? '$');
    if (/^[)\]}]$/.test(token)) return { words: '', kind: 'space' };
    return term(GREEK.get(token) ?? token);
  }

  /** Raised characters in a row, as they would be written. */
  #characters(first: string, set: string): Part[] {
    let plain = baseCharacter(first) ?? '';
    for (let next = this.#peek(); next !== undefined && set.includes(next); next = this.#peek()) {
      plain += baseCharacter(next) ?? '';
      this.#next();
    }
    return this.#sub(plain);
  }

  /** Another formula within this one. */
  #sub(source: string): Part[] {
    if (this.#depth > MAX_DEPTH) return [term(source)];
    return [{ ...term(new FormulaReader(source, this.#words).read()), isCompound: /[+\-−=]/.test(source) }];
  }

  /** What a command or a ^ takes: a group, a command or one character. A number is taken whole behind ^ and _. */
  #argument(isDigit = false): Part[] {
    this.#skipSpaces();
    const token = this.#next();
    if (token === undefined) return [];
    if (this.#depth > MAX_DEPTH) return [term(token)];
    if (token === '{') return this.#sequence((end) => end === '}');
    if (/^[-−+]$/.test(token) && !isDigit) {
      const parts = [this.#plain(token, [])];
      return [...parts, ...this.#argument()];
    }
    if (isDigit && /^\d{2,}$/.test(token)) {
      this.#rest = token.slice(1);
      return [term(token.charAt(0))];
    }
    const parts: Part[] = [];
    this.#read(token, parts);
    return parts;
  }

  #group(open: string, parts: Part[]): void {
    if (this.#depth > MAX_DEPTH) return;
    const close = open === '{' ? '}' : open === '(' ? ')' : ']';
    const before = parts.at(-1)?.words ?? '';
    const inner = this.#sequence((token) => token === close);
    if (open === '{') {
      parts.push(...inner);
      return;
    }
    // f(x), P(A), sin(x): what is in brackets belongs to the name.
    const isFunction = /^(?:[fghPFG]|sin|cos)$/.test(before) || Object.values(this.#math.functions).includes(before);
    const words = join(inner);
    // n(n + 1) is a product.
    if (!isFunction && parts.at(-1)?.kind === 'term' && parts.at(-1)?.words !== '' && inner.length > 1)
      parts.push({ words: this.#math.operators['×'], kind: 'operator' });
    parts.push(term(isFunction ? `${this.#math.of} ${inner.length > 1 ? `(${words})` : words}` : `(${words})`));
  }

  #raise(exponent: readonly Part[], parts: Part[]): void {
    const words = join(exponent);
    if (words === '') return;
    if (words === '°') {
      parts.push(this.#degrees(parts));
      return;
    }
    if (/^(?:st|nd|rd|th|e|ème|er|t h|s t|n d|r d)$/.test(words)) {
      const last = parts.pop();
      parts.push(term(`${last?.words ?? ''}${words.replace(' ', '')}`));
      return;
    }
    const { '′': prime } = this.#math.terms;
    // A charge is no power: SO₄²⁻.
    this.#behind(this.#isChemistry || words === prime ? words : this.#math.power(words), parts);
  }

  #lower(index: readonly Part[], parts: Part[]): void {
    const words = join(index);
    if (words === '') return;
    this.#behind(this.#isChemistry ? words : this.#math.index(words), parts);
  }

  /** Puts words behind the last term. */
  #behind(words: string, parts: Part[]): void {
    while (parts.at(-1)?.kind === 'space' && parts.at(-1)?.words === '') parts.pop();
    const last = parts.pop();
    parts.push(term(last ? `${last.words} ${words}` : words));
  }

  #command(name: string, parts: Part[]): void {
    const { functions, accents, choose, fraction } = this.#math;
    if (this.#depth > MAX_DEPTH) return;
    if (/^(?:d|t|c)?frac$/.test(name)) {
      const top = this.#argument(true);
      const bottom = this.#argument(true);
      parts.push(term(fraction(withPause(top), join(bottom))));
    } else if (/^(?:d|t)?binom$/.test(name)) {
      parts.push(term(choose(join(this.#argument(true)), join(this.#argument(true)))));
    } else if (name === 'sqrt') parts.push(this.#root(this.#option() ?? '2'));
    else if (name in ACCENT_OF) parts.push(term(accents[ACCENT_OF[name] ?? 'hat'](join(this.#argument()))));
    else if (PLAIN_ARGUMENT.has(name)) parts.push(this.#text(name));
    else if (name === 'begin' || name === 'end' || /^[bB]igg?[lrm]?$/.test(name)) this.#skipName(name);
    else if (name === 'left' || name === 'right' || name === 'middle') {
      // A bracket that is not there.
      this.#skipSpaces();
      if (this.#peek() === '.') this.#next();
    } else if (name === 'log') parts.push(this.#logarithm());
    else if (SIGN_OF[name] === 'lim') parts.push(this.#big('lim'));
    else if (name in SIGN_OF) this.#read(SIGN_OF[name] ?? '', parts);
    else if (name in functions) parts.push(this.#function(functions[name] ?? name));
    else if (greekOf(name) !== undefined) parts.push(term(greekOf(name) ?? ''));
    else if (name === '%') parts.push(term(this.#math.terms['%']));
    else if (name === '$')
      parts.push(
        term(
          /^\d/.test(this.#peek() ?? '')
            ? `${this.#next()} ${this.#words.dollars ?? '$'}`
            : (this.#words.dollars ?? '$'),
        ),
      );
    else if (name === '\\') parts.push({ words: this.#math.pause, kind: 'space' });
    else if (name === '{' || name === '|') this.#read(name === '{' ? '(' : '|', parts);
    else if (name === '#' || name === '_' || name === '&') parts.push({ words: '', kind: 'space' });
    // Spaces and commands that change how something looks.
    else if (
      !/^(?:[,;:!> }]|quad|qquad|limits|nolimits|displaystyle|textstyle|hline|nonumber|notag|label|tag|hspace|vspace|phantom)$/.test(
        name,
      )
    )
      parts.push(/^[a-z]{2,}$/i.test(name) ? term(name) : { words: '', kind: 'space' });
  }

  #function(name: string): Part {
    this.#skipSpaces();
    const next = this.#peek();
    // \sin x, \sin\theta: the name is said with "of" as before a bracket; a power comes between.
    return term(next === undefined || /^[\^_({]$/.test(next) || next === '\\left' ? name : `${name} ${this.#math.of}`);
  }

  #logarithm(): Part {
    this.#skipSpaces();
    if (this.#peek() !== '_') return this.#function(this.#math.functions.log ?? 'log');
    this.#next();
    return term(this.#math.logarithm(join(this.#argument())));
  }

  /** Text is said letter for letter only where it is one. */
  #text(name: string): Part {
    this.#skipSpaces();
    if (this.#peek() !== '{') return { words: '', kind: 'space' };
    if (!/^(?:text|mbox|hbox|operatorname|mathrm|ce|emph)/.test(name))
      return { words: join(this.#argument()), kind: 'term' };
    this.#next();
    let raw = '';
    for (let depth = 1, token = this.#next(); token !== undefined; token = this.#next()) {
      if (token === '{') depth++;
      if (token === '}' && --depth === 0) break;
      raw += token;
    }
    if (/[\\^_]/.test(raw) || name === 'ce' || isChemistry(raw))
      return this.#sub(name === 'ce' ? raw.replace(/(?<=[A-Za-z)])(\d+)/g, '_$1') : raw)[0] ?? term('');
    return term(this.#isChemistry ? [...raw].join(' ') : (this.#math.functions[raw] ?? ` ${raw} `));
  }

  #skipName(name: string): void {
    if (name !== 'begin' && name !== 'end') return;
    this.#argument();
    // The columns of an array.
    if (name === 'begin' && this.#peek() === '{') this.#argument();
  }

  /** An argument in square brackets. */
  #option(): string | undefined {
    if (this.#peek() !== '[') return undefined;
    this.#next();
    return join(this.#sequence((token) => token === ']'));
  }

  #root(degree: string): Part {
    const of = this.#argument();
    // √2 and √(a + b), whose brackets are not said.
    return term(this.#math.root(degree, join(of).replace(/^\(([^()]*)\)$/, '$1')));
  }

  /** A sum, a product, an integral or a limit, with what stands below and above it. */
  #big(sign: '∑' | '∏' | '∫' | 'lim'): Part {
    let from = '';
    let to = '';
    for (
      let next = this.#peek();
      next === '_' || next === '^' || next === '\\limits' || next === ' ';
      next = this.#peek()
    ) {
      this.#next();
      if (next === '_') from = join(this.#argument());
      if (next === '^') to = join(this.#argument());
    }
    return term(this.#math.big[sign](from, to));
  }

  #absolute(): Part {
    if (!this.#tokens.slice(this.#at, this.#at + 60).includes('|') || this.#depth > MAX_DEPTH)
      return { words: ',', kind: 'space' };
    return term(this.#math.absolute(join(this.#sequence((token) => token === '|'))));
  }

  #degrees(parts: readonly Part[]): Part {
    const { degrees, isOne } = this.#words;
    if (!degrees) return term('°');
    const value = parts.at(-1)?.words ?? '';
    return /^[\d.,]+$/.test(value) ? term(degrees[isOne?.(value) ? 0 : 1]) : term('°');
  }
}
