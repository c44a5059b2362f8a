import { readSaid, soundsLike, type WakeWordMatch } from './near-wake-word.ts';
import { type Token, tokensOf } from './said-words.ts';

/** A wake word counts only near the beginning: behind at most so many words. */
const WITHIN_WORDS = 3;

/** Scripts that put no spaces between words. */
const UNSPACED = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u;
/** In them a wake word begins behind at most so many characters. */
const WITHIN_CHARACTERS = 4;

/**
 * Finds a wake word in what was said, also when the recogniser spelled it as something that sounds alike, or in more or fewer
 * words. Of "hey jarvis" the name alone counts as the first word, unless it is an everyday word. Returns what was said
 * behind it ("" when nothing was), or null without one.
 * @param wakeWords lower case, as in "hello computer"
 * @param isFinal false: the last word may be the beginning of a longer one, so that it must be the wake word as it is written
 */
export function behindWakeWord(text: string, wakeWords: readonly string[], isFinal = true): string | null {
  const said = tokensOf(text);
  const read = readSaid(said);
  const matches = wakeWords.flatMap((wakeWord) => {
    const wanted = tokensOf(wakeWord).map(({ word }) => word);
    if (wanted.length === 0) return [];
    if (UNSPACED.test(wakeWord)) return unspaced(said, wanted.join(''));
    const near = soundsLike(read, wanted, WITHIN_WORDS).filter(({ behind }) => isFinal || behind.length > 0);
    return [...exact(said, wanted), ...near];
  });
  // Of "computer" and "hello computer" the longer one was meant.
  const [best] = matches.sort((a, b) => a.distance - b.distance || a.behind.length - b.behind.length);
  return best ? best.behind.join(' ') : null;
}

/** The wake word as it is written. */
function exact(said: readonly Token[], wanted: readonly string[]): WakeWordMatch[] {
  const at = said.findIndex((_, index) => wanted.every((word, offset) => said[index + offset]?.word === word));
  if (at < 0 || at > WITHIN_WORDS) return [];
  return [{ distance: 0, behind: said.slice(at + wanted.length).map(({ word }) => word) }];
}

function unspaced(said: readonly Token[], wanted: string): WakeWordMatch[] {
  const at = said
    .map(({ word }) => word)
    .join('')
    .indexOf(wanted);
  if (at < 0 || at > WITHIN_CHARACTERS) return [];
  let left = at + wanted.length;
  const behind = said.map(({ word }) => {
    const rest = word.slice(left);
    left = Math.max(0, left - word.length);
    return rest;
  });
  return [{ distance: 0, behind: behind.filter((word) => word !== '') }];
}
