import { plainWords } from './utterance-text.ts';

/** A wake word counts only near the beginning: within so many words. */
const WITHIN_WORDS = 3;

/**
 * Finds a wake word in what was said. Returns what was said behind it ("" when nothing was), or null without one.
 * @param wakeWords lower case, as in "hello computer"
 */
export function behindWakeWord(text: string, wakeWords: readonly string[]): string | null {
  const said = plainWords(text);
  const found = wakeWords
    .map((wakeWord) => plainWords(wakeWord))
    .flatMap((wanted) => {
      const at = said.findIndex((_, index) => wanted.every((word, offset) => said[index + offset] === word));
      return at >= 0 && at <= WITHIN_WORDS ? [at + wanted.length] : [];
    });
  if (found.length === 0) return null;
  return said.slice(Math.max(...found)).join(' ');
}
