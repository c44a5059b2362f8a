import { lexiconFor, type SpokenLexicon } from './spoken-lexicon.ts';
import { sayNumbers } from './spoken-numbers.ts';

/**
 * What a voice should say of a text that was written to be read: without markup, code, emojis and addresses; units, money
 * and abbreviations in words. Empty when nothing is left that could be spoken. Language models write all this whatever
 * they are told.
 * @param language BCP 47; signs of another language than English and French are left to the voice
 */
export function toSpokenText(text: string, language = 'en'): string {
  const lexicon = lexiconFor(language);
  const plain = replaceAll(text, MARKUP);
  const inWords = lexicon ? sayWords(plain, lexicon) : plain;
  const spoken = replaceAll(inWords.replaceAll(LINK, lexicon?.link ?? ''), LEFTOVERS);
  return /[\p{L}\p{N}]/u.test(spoken)
    ? spoken
        .replace(/\s+/g, ' ')
        .replace(/ +([,.;!?])/g, '$1')
        .trim()
    : '';
}

type Replacement = readonly [RegExp, string];

function replaceAll(text: string, replacements: readonly Replacement[]): string {
  return replacements.reduce((soFar, [pattern, replacement]) => soFar.replace(pattern, replacement), text);
}

function sayWords(text: string, lexicon: SpokenLexicon): string {
  const signs = text
    // Before their marks are taken for emphasis, or for a pause.
    .replace(/(\d)\s*×\s*(?=\d)/g, `$1 ${lexicon.times} `)
    .replace(/(\d)\s*[–—]\s*(?=\d)/g, `$1 ${lexicon.to} `)
    .replace(/(?<![~\d])[~≈]\s?(?=[\d$€£¥])/g, `${lexicon.about} `)
    .replace(/\s*&(?!\S{1,8};)\s*/g, ` ${lexicon.and} `);
  return sayNumbers(replaceAll(signs, lexicon.abbreviations), lexicon);
}

/** Stands for an address until the very end, so that nothing is taken for a part of it. */
const LINK = '\ue000';

const ADDRESS = String.raw`[^\s<>]*[^\s<>.,;:!?'")\]}*_…]`;

/** In this order: what later ones would destroy comes first. */
const MARKUP: readonly Replacement[] = [
  [/\ue000/g, ' '],
  // Code blocks, also one that never ends.
  [/```[\s\S]*?(?:```|$)/g, ' '],
  // Pictures and links: their text.
  [/!?\[([^[\]\n]{0,300})\]\((?:[^()\s]|\([^()\s]{0,300}\)){0,2000}(?:\s+"[^"]{0,300}")?\)/g, '$1'],
  [new RegExp(String.raw`<?\b(?:https?|wss?|ftp):\/\/${ADDRESS}\/?>?`, 'giu'), LINK],
  [new RegExp(String.raw`\bwww\.${ADDRESS}`, 'giu'), LINK],
  // HTML, and the tags by which some voices are steered.
  [/<\/?[a-z][^<>]{0,200}>/gi, ' '],
  [/&nbsp;/g, '\u00a0'],
  [/&amp;/g, '&'],
  [/&(?:quot|#34|#39|apos);/g, "'"],
  // Line marks: headings, quotations, list items, rules, the lines under a table's head.
  [/^[ \t]*(?:#{1,6}[ \t]+|>[ \t]*|[-*+•][ \t]+)+/gm, ''],
  [/^[ \t]*(?:[-*_=][ \t]*){3,}$/gm, ' '],
  [/^[ \t|:-]+$/gm, ' '],
  // Products, before their stars are taken for emphasis.
  [/(\d)\s*\*\s*(?=\d)/g, '$1 × '],
  // Emphasis next to a figure would hide it: **$5** is money too.
  [/\*{2,}|`+/g, ''],
];

/** What is left of the markup, and what is no text. */
const LEFTOVERS: readonly Replacement[] = [
  [/[*`~|]+|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, ''],
  [/_/g, ' '],
  [/\(\s*\)/g, ''],
  [/\s*(?:[-=]>|[→⇒⟶])\s*/g, ', '],
  // Emojis with all that belongs to them.
  [/[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}]/gu, ' '],
  [/[\p{Default_Ignorable_Code_Point}]|\u20e3/gu, ''],
  [/[‘’‚‛]/g, "'"],
  [/[“”„‟«»]/g, '"'],
  [/…/g, '...'],
  [/\s*[—–]+\s*$/g, ''],
  [/\s*—\s*|\s+–\s+/g, ', '],
  [/[[\]{}]/g, ' '],
  // Anything else that is no text.
  [/[\p{Cc}\p{Co}\p{Cn}]+/gu, ' '],
];
