/** A character of these scripts takes about as long to say as three letters; a text of them has no spaces. */
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Scripts that part no words, or not with a space. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;

/** A piece without any end of a sentence is cut here: letters, or what takes as long to say. */
const MAX_LENGTH = 200;
/** Something without any space (a long address) is cut here, UTF-16 units, so that the buffer stays bounded. */
export const MAX_UNBROKEN_LENGTH = 1_000;

const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' });
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Whether a character belongs to a script whose words no space parts. */
export function isUnspaced(character: string): boolean {
  return character > '\u0e00' && UNSPACED.test(character);
}

/** How long a text takes to say, in letters. */
export function spokenLength(text: string): number {
  let length = text.length;
  for (const character of text) if (isWide(character)) length += 2;
  return length;
}

function isWide(character: string): boolean {
  return character > '\u2e00' && WIDE.test(character);
}

/**
 * Finds where a text is cut that grows too long without an end: behind a comma or at a space, between two words where the
 * script has no spaces, and never inside a character. It is told the text once, character by character.
 */
export class LengthLimit {
  #length = 0;
  /** The last good place within the limit. */
  #lastBreak = 0;

  /** Passes what stays whole, such as a formula. */
  skip(text: string): void {
    this.#length += spokenLength(text);
  }

  /**
   * Passes the character at a place. Returns where to cut when the text before it is too long and there is such a place.
   */
  pass(text: string, at: number, character: string): number | undefined {
    const isBreak = at > 0 && isBreakAt(text, at, character);
    if (this.#length > MAX_LENGTH) {
      if (this.#lastBreak > 0) return this.#lastBreak;
      if (isBreak) return at;
      if (at >= MAX_UNBROKEN_LENGTH) return boundary(text, MAX_UNBROKEN_LENGTH, GRAPHEMES) ?? at;
      const inner = isUnspaced(character) ? boundary(text, at - 1, WORDS) : undefined;
      if (inner !== undefined) return inner;
    } else if (isBreak) this.#lastBreak = at;
    this.#length += isWide(character) ? 3 : character.length;
    return undefined;
  }
}

/** At a space, or behind a comma that none follows in scripts without spaces. */
function isBreakAt(text: string, at: number, character: string): boolean {
  if (/\s/.test(character)) return true;
  return /[，、；：,;]/.test(text.charAt(at - 1)) && isUnspaced(character);
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
