/** A quick speaker says a word in so long, and each letter of it; a syllable of Chinese, Japanese or Korean. Milliseconds. */
const WORD_MS = 120;
const LETTER_MS = 25;
const SYLLABLE_MS = 150;

/** How long it takes to say a text quickly, milliseconds. Most people take up to twice as long. */
export function spokenMs(text: string): number {
  const syllables =
    text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/gu)?.length ?? 0;
  const words = text.match(/[\p{L}\p{N}\p{M}'’]+/gu) ?? [];
  const rest = syllables > 0 ? [] : words;
  return syllables * SYLLABLE_MS + rest.reduce((sum, word) => sum + WORD_MS + LETTER_MS * word.length, 0);
}
