/** A mark that names none of so many words to come is the next word, spelled otherwise. */
const LOOK_AHEAD = 4;

/** The words of a sentence, found again in what an engine says of them, however it cuts them. */
export class SentenceWords {
  readonly texts: readonly string[];
  /** Where each word begins in the letters of the sentence. */
  readonly #starts: readonly number[];
  readonly #letters: string;
  /** How far the engine has come in the letters. */
  #at = 0;
  #next = 0;

  constructor(sentence: string) {
    this.texts = sentence.split(/\s+/).filter((word) => word !== '');
    const letters = this.texts.map(lettersOf);
    this.#letters = letters.join('');
    let start = 0;
    this.#starts = letters.map((word) => {
      start += word.length;
      return start - word.length;
    });
  }

  /** How many words have been named, or passed over. */
  get named(): number {
    return this.#next;
  }

  /** Number of the word that begins with this one of the engine's; null when it goes on with one that was named before. */
  find(text: string): number | null {
    const letters = lettersOf(text);
    const next = this.#next;
    if (next >= this.texts.length) return null;
    // Part of the word before it: the engine has cut a long one.
    const within =
      this.#at < (this.#starts[next] ?? 0) && letters !== '' && this.#letters.startsWith(letters, this.#at);
    if (within) {
      this.#at += letters.length;
      return null;
    }
    const found = this.#find(text, letters, next);
    this.#at = (this.#starts[found] ?? 0) + letters.length;
    this.#next = found + 1;
    return found;
  }

  #find(text: string, letters: string, next: number): number {
    for (let index = next; index < Math.min(next + LOOK_AHEAD, this.texts.length); index++) {
      const isIt = letters === '' ? this.texts[index] === text : this.#letters.startsWith(letters, this.#starts[index]);
      if (isIt) return index;
    }
    return next;
  }
}

function lettersOf(word: string): string {
  return word.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '');
}
