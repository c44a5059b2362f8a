/**
 * What a voice should say of a text that was written to be read: without markup, code, emojis and addresses. Empty when
 * nothing is left that could be spoken. Language models write all this whatever they are told.
 */
export function toSpokenText(text: string): string {
  const spoken = REPLACEMENTS.reduce((soFar, [pattern, replacement]) => soFar.replace(pattern, replacement), text);
  return /[\p{L}\p{N}]/u.test(spoken)
    ? spoken
        .replace(/\s+/g, ' ')
        .replace(/ +([,.;!?])/g, '$1')
        .trim()
    : '';
}

/** In this order: what later ones would destroy comes first. */
const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  // Code blocks, also one that never ends.
  [/```[\s\S]*?(?:```|$)/g, ' '],
  // Pictures and links: their text.
  [/!?\[([^[\]\n]{0,300})\]\((?:[^()\s]|\([^()\s]{0,300}\)){0,2000}(?:\s+"[^"]{0,300}")?\)/g, '$1'],
  [/<?\b(?:https?|wss?|ftp):\/\/[^\s<>]*[^\s<>.,;:!?'")\]}*_…]\/?>?/giu, 'a link'],
  [/\bwww\.[^\s<>]*[^\s<>.,;:!?'")\]}*_…]/giu, 'a link'],
  // HTML, and the tags by which some voices are steered.
  [/<\/?[a-z][^<>]{0,200}>/gi, ' '],
  // Line marks: headings, quotations, list items, rules, the lines under a table's head.
  [/^[ \t]*(?:#{1,6}[ \t]+|>[ \t]*|[-*+•][ \t]+)+/gm, ''],
  [/^[ \t]*(?:[-*_=][ \t]*){3,}$/gm, ' '],
  [/^[ \t|:-]+$/gm, ' '],
  // Sums, before their stars are taken for emphasis.
  [/(\d)\s*[*×]\s*(?=\d)/g, '$1 times '],
  [/(\d)\s*[–—]\s*(?=\d)/g, '$1 to '],
  [/[*`~|]+|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, ''],
  [/_/g, ' '],
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
