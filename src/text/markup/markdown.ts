import { type Replacement, replaceAll } from '../replacement.ts';
import type { Shelf } from '../shelf.ts';

/** Leaves out code blocks, also one that never ends. */
export function dropCodeBlocks(text: string): string {
  return text.replace(/(```|~~~)[\s\S]*?(?:\1|$)/g, ' ');
}

const ADDRESS = String.raw`[^\s<>]{0,2000}[^\s<>.,;:!?'")\]}*_…]`;

const LINKED: readonly Replacement[] = [
  // Pictures and links: their text.
  [/!?\[([^[\]\n]{0,300})\]\((?:[^()\s]|\([^()\s]{0,300}\)){0,2000}(?:\s"[^"]{0,300}")?\)/g, '$1'],
  [/\[([^[\]\n]{1,300})\]\[[^[\]\n]{0,40}\]/g, '$1'],
];

const URL = new RegExp(String.raw`<?\b(?:(?:https?|wss?|ftp):\/\/|www\.|mailto:(?=\S{1,80}\s))${ADDRESS}\/?>?`, 'giu');

/** Links become their text, and addresses what is said for them. */
export function sayLinks(text: string, link: string, shelf: Shelf): string {
  return replaceAll(text, LINKED).replace(URL, () => shelf.put(link));
}

const BULLET = `[-*+•‣◦▪▫●○■□◆◇▶►➤➢✓✔✗✘☐☑☒∙·–—]`;

/** Marks at the beginning of lines: headings, quotations, list items with their boxes, rules. */
const LINE_MARKS: readonly Replacement[] = [
  [/^ ?(?:[-*_=] ?){3,}$/gm, ' '],
  [new RegExp(String.raw`^(?: ?(?:#{1,6} |> ?|${BULLET} )){1,9}(?:\[[ xX]?\] )?`, 'gmu'), ''],
  [/^ ?(?:[•‣◦▪▫●○■□◆◇▶►➤➢✓✔✗✘☐☑☒]|\[[xX ]?\] )/gmu, ''],
  [/^(#{1,6} ?.{0,300}?) ?#{1,6}$/gm, '$1'],
];

export function dropLineMarks(text: string): string {
  return replaceAll(text, LINE_MARKS);
}

/** Signs with a backslash before them stand for themselves. */
export function unescapeSigns(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\\`*_{}[\]()#+\-.!$|~<>&%"'])/g, '$1') : text;
}

/** Emphasis would hide what stands beside a figure: **$5** is money too. */
const EMPHASIS: readonly Replacement[] = [
  // Products, before their stars are taken for emphasis.
  [/(?<=\d) ?\* ?(?=\d)/g, ' × '],
  [/\*{2,}|`+|~~+/g, ''],
  [/(?<![\p{L}\p{N}*])\*(?=[^\s*])([^*\n]{1,300})(?<=\S)\*(?![\p{L}\p{N}*])/gu, '$1'],
  [/(?<![\p{L}\p{N}_])_{1,3}(?=[^\s_])([^_\n]{1,300})(?<=\S)_{1,3}(?![\p{L}\p{N}_])/gu, '$1'],
  [/==(?=\S)([^=\n]{1,300})(?<=\S)==/gu, '$1'],
];

export function dropEmphasis(text: string): string {
  return replaceAll(text, EMPHASIS);
}
