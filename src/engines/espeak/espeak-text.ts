/** A stretch of text that is synthesised in one go. */
export interface TextUnit {
  readonly text: string;
  /** Whether a sentence ends with it: a pause follows. */
  readonly endsSentence: boolean;
}

/** Sentences are put together up to this length: short ones sound better said in one go. */
const UNIT_CHARS = 120;
/** A sentence longer than this is cut between words: espeak serves no other device until it has spoken it. */
const MAX_UNIT_CHARS = 300;

const SENTENCE = /[^\n]*?[.!?…]+["'”’»)\]]*(?=\s|$)|[^\n]+/gu;
const SENTENCE_END = /[.!?…]["'”’»)\]]*$/u;

/** Cuts a text into units of a sentence or a few, so that long texts of several speakers take turns. */
export function splitUnits(text: string): TextUnit[] {
  const pieces: string[] = [];
  for (const [match] of text.matchAll(SENTENCE)) {
    const sentence = match.trim();
    const last = pieces.at(-1);
    if (sentence === '') continue;
    if (last !== undefined && last.length + sentence.length < UNIT_CHARS)
      pieces[pieces.length - 1] = `${last} ${sentence}`;
    else pieces.push(...cutLong(sentence));
  }
  return pieces.map((piece) => ({ text: piece, endsSentence: endsSentence(piece) }));
}

/** Whether a sentence ends with the text. */
export function endsSentence(text: string): boolean {
  return SENTENCE_END.test(text);
}

function cutLong(sentence: string): string[] {
  const pieces: string[] = [];
  let rest = sentence;
  while (rest.length > MAX_UNIT_CHARS) {
    const space = rest.lastIndexOf(' ', MAX_UNIT_CHARS);
    const at = space > 0 ? space : MAX_UNIT_CHARS;
    pieces.push(rest.slice(0, at).trim());
    rest = rest.slice(at).trim();
  }
  return [...pieces, rest];
}

/**
 * The text without what espeak would take for a command: markup (`<…>`, `&…;`), phonemes (`[[…]]`), control characters.
 * As many code points as before, so that espeak's positions still fit.
 */
export function plainText(text: string): string {
  return text
    .replace(/[<>\p{Cc}\p{Cs}]/gu, ' ')
    .replace(/&(?=#?\w+;)/g, ' ')
    .replace(/\[\[/g, '((');
}

/**
 * Turns espeak's word positions into the words of the text, whole and with their punctuation, each once and in order. A word
 * that espeak runs into its neighbour comes with the next one.
 */
export class WordMarks {
  readonly #words: { readonly text: string; readonly start: number }[] = [];
  #next = 0;

  constructor(text: string) {
    let start = 1;
    for (const piece of text.split(/(\s+)/)) {
      if (piece.trim() !== '') this.#words.push({ text: piece, start });
      start += [...piece].length;
    }
  }

  /**
   * The words that begin at or before `position` (code points, from 1) and were not given before. The space before a word
   * counts as the word: behind an abbreviation espeak names that.
   */
  upTo(position: number): string[] {
    const words: string[] = [];
    for (let word = this.#words[this.#next]; word && word.start - 1 <= position; word = this.#words[this.#next]) {
      words.push(word.text);
      this.#next++;
    }
    return words;
  }
}
