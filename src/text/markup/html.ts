import { decodeHTMLStrict } from 'entities/decode';
import { type Replacement, replaceAll } from '../replacement.ts';

/**
 * The text of HTML: entities become characters, tags go, blocks become lines, and the rows of a table become rows with
 * `|` between their cells. Tags by which some voices are steered (SSML) go as well. Escaped HTML counts as HTML.
 */
export function htmlToText(text: string): string {
  if (!/[<&]/.test(text)) return text;
  return replaceAll(decodeEntities(text), TAGS);
}

/** Twice: models escape what is escaped already. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  const decoded = decodeHTMLStrict(text);
  return /&#?\w{1,32};/.test(decoded) ? decodeHTMLStrict(decoded) : decoded;
}

const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const SUBSCRIPT = '₀₁₂₃₄₅₆₇₈₉';

const TAGS: readonly Replacement[] = [
  // Addresses in angle brackets are no tags.
  [/<((?:https?|wss?|ftp|mailto):[^\s<>]{1,2000})>/gi, ' $1 '],
  [/<!--[\s\S]{0,2000}?-->/g, ' '],
  [/<(script|style)\b[^>]{0,200}>[\s\S]{0,5000}?<\/\1>/gi, ' '],
  ...[...SUPERSCRIPT].map((sign, digit): Replacement => [new RegExp(`<sup>${digit}</sup>`, 'gi'), sign]),
  ...[...SUBSCRIPT].map((sign, digit): Replacement => [new RegExp(`<sub>${digit}</sub>`, 'gi'), sign]),
  // Footnotes.
  [/<sup\b[^<>]{0,100}>(?:<a\b[^<>]{0,200}>)?\[?[\d, *†a-z]{1,12}\]?(?:<\/a>)?<\/sup>/gi, ''],
  // Letters of one word stay together.
  [
    /<\/?(?:b|i|u|s|em|strong|small|mark|span|font|sub|sup|del|ins|a|abbr|cite|q|code|kbd|tt)(?:\s[^<>]{0,300})?>/gi,
    '',
  ],
  [/<\/?(?:td|th)\b[^<>]{0,200}>\s{0,9}(?:<(?:td|th)\b[^<>]{0,200}>)?/gi, '|'],
  [
    /<\/?(?:p|div|li|ul|ol|h[1-6]|br|hr|tr|table|thead|tbody|blockquote|section|article|dl|dt|dd|pre)(?:\s[^<>]{0,200})?\/?>/gi,
    '\n',
  ],
  [/<\/?[a-z][^<>]{0,200}>/gi, ' '],
];
