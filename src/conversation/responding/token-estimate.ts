/** Weights are counted in twelfths of a token, so that sums stay whole numbers. */
const TOKEN = 12;

/** Code units from here on are no Latin letters any more: two of them make a token. */
const FIRST_OTHER_ALPHABET = 0x0250;
/** Code units from here on are Chinese, Japanese, Korean or half an emoji: one and a half of them make a token. */
const FIRST_CJK = 0x2e80;

/**
 * What an image costs. Vision models charge by tiles or patches: 85 to 1,100 tokens for the 0.3 to 1 megapixel of a device's
 * camera. Rather too many than too few.
 */
export const IMAGE_TOKENS = 800;

/** A cut looks this far ahead for the beginning of a word, UTF-16 units: some scripts have no spaces. */
const WORD_SEARCH = 40;

/**
 * About how many tokens a text is for a language model: 4 characters of Latin script a token, 2 of other alphabets, 1.5 of
 * Chinese, Japanese or Korean. Rather too many than too few.
 */
export function estimateTokens(text: string): number {
  let weight = 0;
  for (let index = 0; index < text.length; index++) weight += weightOf(text.charCodeAt(index));
  return Math.ceil(weight / TOKEN);
}

/** The end of a text, from the beginning of a word on, that is at most so many tokens. The text itself when it is. */
export function lastTokens(text: string, maxTokens: number): string {
  const maxWeight = Math.max(0, Math.floor(maxTokens)) * TOKEN;
  let start = text.length;
  for (let weight = 0; start > 0; start--) {
    weight += weightOf(text.charCodeAt(start - 1));
    if (weight > maxWeight) break;
  }
  return start === 0 ? text : text.slice(wordStart(text, start)).trimStart();
}

/** The beginning of a word at or behind `start`; without one near, the beginning of a character. */
function wordStart(text: string, start: number): number {
  for (let at = start; at < Math.min(start + WORD_SEARCH, text.length - 1); at++) {
    if (/\s/.test(text.charAt(at - 1))) return at;
  }
  const splitsPair = /[\uDC00-\uDFFF]/.test(text.charAt(start)) && /[\uD800-\uDBFF]/.test(text.charAt(start - 1));
  return splitsPair ? start + 1 : start;
}

function weightOf(unit: number): number {
  if (unit < FIRST_OTHER_ALPHABET) return 3;
  return unit < FIRST_CJK ? 6 : 8;
}
