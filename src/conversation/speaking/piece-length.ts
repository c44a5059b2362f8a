/** A character of these scripts takes about as long to say as three letters; a text of them has no spaces. */
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Scripts that part no words, or not with a space. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;

/** A piece without any end of a sentence is cut here: letters, or what takes as long to say. */
const MAX_LENGTH = 200;
/** Something without any space (a long address) is cut here, so that the buffer stays bounded. */
const MAX_UNBROKEN_LENGTH = 1_000;

const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' });
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Whether a character belongs to a script whose words no space parts. */
export function isUnspaced(character: string): boolean {
  return UNSPACED.test(character);
}

/** How long a text takes to say, in letters. */
export function spokenLength(text: string): number {
  let length = text.length;
  for (const character of text) if (WIDE.test(character)) length += 2;
  return length;
}

/**
 * Where a text is cut that has grown too long without an end; undefined while it may still grow. The cut is behind a
 * comma, at a space, between two words where the script has no spaces, and never inside a character.
 * @param isKept whether a place lies within something that is spoken as one
 */
export function longEnd(text: string, isKept: (at: number) => boolean): number | undefined {
  if (text.length <= MAX_LENGTH / 3) return undefined;
  const limit = placeOf(text, MAX_LENGTH);
  if (limit === undefined) return undefined;
  for (let at = limit; at > 0; at--) {
    const isBreak =
      /\s/.test(text.charAt(at)) || (/[，、；：,;]/u.test(text.charAt(at - 1)) && isUnspaced(text.charAt(at)));
    if (isBreak && !isKept(at)) return at;
  }
  if (isUnspaced([...text.slice(Math.max(0, limit - 2), limit)].at(-1) ?? '') && !isKept(limit))
    return boundary(text, limit, WORDS) ?? boundary(text, limit, GRAPHEMES);
  for (let at = limit; at < text.length; at++) if (/\s/.test(text.charAt(at)) && !isKept(at)) return at;
  return text.length > MAX_UNBROKEN_LENGTH
    ? (boundary(text, MAX_UNBROKEN_LENGTH, GRAPHEMES) ?? MAX_UNBROKEN_LENGTH)
    : undefined;
}

/** How many UTF-16 units are as long to say as `length`; undefined when the text is shorter. */
function placeOf(text: string, length: number): number | undefined {
  let sum = 0;
  let at = 0;
  for (const character of text) {
    sum += WIDE.test(character) ? 3 : character.length;
    if (sum > length) return at;
    at += character.length;
  }
  return undefined;
}

/** The last place between two segments at or before `limit`. */
function boundary(text: string, limit: number, segmenter: Intl.Segmenter): number | undefined {
  let last: number | undefined;
  // What follows the limit may belong to the segment before it.
  for (const { index } of segmenter.segment(text.slice(0, limit + 50))) {
    if (index > limit) break;
    if (index > 0) last = index;
  }
  return last;
}
