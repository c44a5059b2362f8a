import type { Counted, SpokenLexicon } from '../lexicons/lexicon.ts';
import { after, before } from '../replacement.ts';

/** Source of a number as it is written, whatever stands between its digits. */
export const NUMBER = String.raw`\d{1,40}(?:[.,'’]\d{1,40}){0,12}`;

/** Source of what a number may not follow: a part of a word, a date, a version, a time of day. */
export const NOT_BEFORE = String.raw`(?<![\p{L}\p{N}_]|\d[.,:/'’])`;

/** A rule for text with figures. */
export type Rule = readonly [RegExp, (match: string, ...groups: string[]) => string];

export function applyRules(text: string, rules: readonly Rule[]): string {
  return rules.reduce((soFar, [from, to]) => soFar.replace(from, to), text);
}

/** The form of a name that goes with a number, given as it is written. */
export function counted(names: Counted | undefined, value: string, { isOne }: SpokenLexicon): string {
  return names?.[isOne(value) ? 0 : 1] ?? '';
}

/**
 * Whether a number with its unit stands between an article and a noun, where some languages have the singular: a $5
 * bill, a 27" screen.
 * @param place where the match is and the whole text, as a callback of `replace` gets them behind the groups
 */
export function isBeforeNoun(place: readonly unknown[], match: string, { singularBehind }: SpokenLexicon): boolean {
  const [at, whole] = place;
  if (typeof at !== 'number' || typeof whole !== 'string' || !singularBehind) return false;
  return singularBehind.test(before(whole, at, 4)) && /^ \p{L}/u.test(after(whole, at + match.length, 2));
}

/** The value of a number that `NUMBER` matches and the language's marks stand in. */
export function numericValue(text: string): number {
  return Number(text.replace(/[,.'’](?=\d{3}(?!\d))/g, '').replace(',', '.'));
}

/** A number in parts: digits before the decimal mark without any other mark, and behind it. */
export interface Figure {
  readonly whole: string;
  readonly decimals: string;
  /** Whether marks parted the thousands. */
  readonly isParted: boolean;
}

/**
 * Takes a number apart, whichever way it is written: 1,234.56, 1.234,56, 1'234.56. Of a single mark with three digits
 * behind it the language decides.
 */
export function figureOf(text: string, { decimalMark }: SpokenLexicon): Figure {
  const bare = text.replace(/['’\s]/g, '');
  const marks = bare.match(/[.,]/g) ?? [];
  const last = marks.at(-1);
  const at = last === undefined ? -1 : bare.lastIndexOf(last);
  const behind = bare.slice(at + 1);
  const isDecimal =
    last !== undefined &&
    marks.filter((mark) => mark === last).length === 1 &&
    (marks.length > 1 || behind.length !== 3 || last === decimalMark || bare.startsWith('0'));
  const whole = (isDecimal ? bare.slice(0, at) : bare).replace(/[.,]/g, '');
  return { whole, decimals: isDecimal ? behind : '', isParted: marks.length > (isDecimal ? 1 : 0) || bare !== text };
}

/** The whole part of a number as voices of the language read it. */
export function sayWhole({ whole, isParted }: Figure, { thousandsMark }: SpokenLexicon): string {
  return isParted && thousandsMark !== '' ? whole.replace(/\B(?=(?:\d{3})+$)/g, thousandsMark) : whole;
}

/** A number as voices of the language read it. */
export function sayFigure(figure: Figure, lexicon: SpokenLexicon): string {
  return sayWhole(figure, lexicon) + (figure.decimals === '' ? '' : lexicon.decimalMark + figure.decimals);
}
