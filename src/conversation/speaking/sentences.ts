import { behindClosers, judge } from './sentence-end.ts';

/** A first piece may end at a comma once it is this long, characters: the user waits for it. */
const FIRST_SOFT_LENGTH = 15;
/** A later piece that ends sooner is joined with the next: single words sound torn out, and cost a request each. */
const LATER_LENGTH = 20;
/** A piece without any end of a sentence is cut at a space here. */
const MAX_LENGTH = 200;
/** Something without any space (a long address) is cut here, so that the buffer stays bounded. */
const MAX_UNBROKEN_LENGTH = 1_000;

const FENCE = '```';

/**
 * Cuts the text of a language model into pieces to be spoken, as it arrives: a short first one, then sentences. What
 * stands in a code fence is left out. Pieces are trimmed, never empty, and in order.
 */
export class SentenceSplitter {
  #buffer = '';
  #first = true;
  #inFence = false;
  /** What is written begins with a small letter: then its sentences may too. Undefined before the first letter. */
  #isCasual: boolean | undefined;

  /** Takes the next token and returns the pieces that it completes, often none. */
  push(text: string): string[] {
    this.#buffer += text;
    const letter = this.#isCasual === undefined ? /\p{L}/u.exec(text)?.[0] : undefined;
    if (letter !== undefined) this.#isCasual = /\p{Ll}/u.test(letter);
    const pieces: string[] = [];
    while (this.#takeFence(pieces) || (!this.#inFence && this.#takePiece(pieces)));
    return pieces;
  }

  /** No more text will come: returns what is left. The splitter is then as new. */
  flush(): string[] {
    const pieces: string[] = [];
    if (!this.#inFence) {
      // A line end makes every sentence end plain.
      this.#buffer += '\n';
      while (this.#takePiece(pieces));
      this.#give(this.#buffer, pieces);
    }
    this.#buffer = '';
    this.#first = true;
    this.#inFence = false;
    this.#isCasual = undefined;
    return pieces;
  }

  /**
   * The text was cut here: returns what is left up to the end of its last whole sentence, and the stump behind it. The splitter
   * is then as new.
   */
  flushWhole(): { readonly pieces: string[]; readonly stump: string } {
    if (this.#inFence) return { pieces: this.flush(), stump: '' };
    const end = lastEnd(this.#buffer, this.#isCasual ?? false);
    const stump = this.#buffer.slice(end).trim();
    this.#buffer = this.#buffer.slice(0, end);
    return { pieces: this.flush(), stump };
  }

  #takeFence(pieces: string[]): boolean {
    const at = this.#buffer.indexOf(FENCE);
    if (this.#inFence) {
      // Two characters stay: they may be the beginning of the end.
      this.#buffer = at < 0 ? this.#buffer.slice(-2) : this.#buffer.slice(at + FENCE.length);
      if (at >= 0) this.#inFence = false;
      return at >= 0;
    }
    if (at < 0) return false;
    const after = this.#buffer.slice(at + FENCE.length);
    this.#buffer = `${this.#buffer.slice(0, at)}\n`;
    while (this.#takePiece(pieces));
    this.#give(this.#buffer, pieces);
    this.#buffer = after;
    this.#inFence = true;
    return true;
  }

  #takePiece(pieces: string[]): boolean {
    const end = this.#first
      ? firstEnd(this.#buffer, this.#isCasual ?? false)
      : laterEnd(this.#buffer, this.#isCasual ?? false);
    if (end === undefined) return false;
    this.#give(this.#buffer.slice(0, end), pieces);
    this.#buffer = this.#buffer.slice(end).trimStart();
    return true;
  }

  #give(text: string, pieces: string[]): void {
    const piece = text.trim();
    if (piece === '') return;
    pieces.push(piece);
    this.#first = false;
  }
}

function firstEnd(text: string, isCasual: boolean): number | undefined {
  const hard = hardEnd(text, 2, isCasual);
  const soft = softEnd(text);
  if (hard !== undefined && soft !== undefined) return Math.min(hard, soft);
  return hard ?? soft ?? longEnd(text);
}

function laterEnd(text: string, isCasual: boolean): number | undefined {
  return hardEnd(text, LATER_LENGTH, isCasual) ?? longEnd(text);
}

/** The first end of a sentence or line behind at least `minLength` characters. */
function hardEnd(text: string, minLength: number, isCasual: boolean): number | undefined {
  const pattern = /\n|[.!?…]+|[。！？]+/g;
  for (const match of text.matchAll(pattern)) {
    const start = match.index;
    if (match[0] === '\n') {
      // A line is over whatever its length, but for one that says nothing, such as a list's mark.
      if (/[\p{L}\p{N}]/u.test(text.slice(0, start))) return start + 1;
      continue;
    }
    const end = behindClosers(text, start + match[0].length);
    const verdict = /[。！？]/.test(match[0])
      ? end < text.length
        ? 'cut'
        : 'wait'
      : judge(text, start, match[0], end, isCasual);
    if (verdict === 'wait') return undefined;
    if (verdict === 'cut' && text.slice(0, end).trim().length >= minLength) return end;
  }
  return undefined;
}

/** Where the last whole sentence or line of a text ends; 0: there is none. */
function lastEnd(text: string, isCasual: boolean): number {
  let end = 0;
  // Another sentence behind it shows whether the last mark ends one.
  for (;;) {
    const next = hardEnd(`${text.slice(end)} A`, 1, isCasual);
    if (next === undefined) return end;
    end += next;
  }
}

/** A comma, dash or the like at which a first piece may end. */
function softEnd(text: string): number | undefined {
  for (const match of text.matchAll(/[,;:](?=\s)|\s[–—-](?=\s)|—(?=\S)/g)) {
    const end = match.index + match[0].length;
    if (end >= FIRST_SOFT_LENGTH) return end;
  }
  return undefined;
}

function longEnd(text: string): number | undefined {
  if (text.length <= MAX_LENGTH) return undefined;
  const space = text.lastIndexOf(' ', MAX_LENGTH);
  if (space > 0) return space;
  const late = text.indexOf(' ', MAX_LENGTH);
  if (late > 0) return late;
  return text.length > MAX_UNBROKEN_LENGTH ? MAX_UNBROKEN_LENGTH : undefined;
}
