/** What is on the shelf: words, or the words of a formula, beside which a hyphen is a minus. */
type Kind = 'words' | 'formula';

/** A plane of private characters for each kind. The last two characters of a plane are none. */
const FIRST: Readonly<Record<Kind, number>> = { words: 0xf_0000, formula: 0x10_0000 };
const PLANE = 0xff_fe;

/** Sources for character classes that match what a shelf gives. */
export const SHELVED = String.raw`\u{f0000}-\u{ffffd}\u{100000}-\u{10fffd}`;
export const SHELVED_FORMULA = String.raw`\u{100000}-\u{10fffd}`;

/**
 * Keeps finished words out of the way of later rules: each is replaced by one private character until the end. To a rule
 * that character is neither letter nor figure.
 */
export class Shelf {
  readonly #texts: Record<Kind, string[]> = { words: [], formula: [] };

  /** The character that stands for the text; the text itself once all 65,000 characters of the kind are in use. */
  put(text: string, kind: Kind = 'words'): string {
    const texts = this.#texts[kind];
    if (texts.length >= PLANE) return text;
    texts.push(text);
    return String.fromCodePoint(FIRST[kind] + texts.length - 1);
  }

  /** The text with every character replaced by what it stands for. A text on the shelf may hold earlier ones. */
  restore(text: string): string {
    return text.replace(/[\u{f0000}-\u{ffffd}\u{100000}-\u{10fffd}]/gu, (sign) => {
      const code = sign.codePointAt(0) ?? 0;
      const kind = code < FIRST.formula ? 'words' : 'formula';
      return this.restore(this.#texts[kind][code - FIRST[kind]] ?? '');
    });
  }
}
