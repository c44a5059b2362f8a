import { spanAt } from './kept-spans.ts';
import { isUnspaced, LengthLimit, MAX_UNBROKEN_LENGTH, spokenLength } from './piece-length.ts';
import { behindClosers, END_MARKS, judge, MAX_MARKS } from './sentence-end.ts';

/** The first piece may end behind this many letters at least. */
const FIRST_LENGTH = 2;
/** A first piece may end at a comma once it is this long, letters: the user waits for it. */
const FIRST_SOFT_LENGTH = 15;
/** A later piece that ends sooner is joined with the next: single words sound torn out, and cost a request each. */
const LATER_LENGTH = 20;

const FENCE = '```';

/**
 * Cuts the text of a language model into pieces to be spoken, as it arrives: a short first one, then sentences. What
 * stands in a code fence is left out; formulas, rows of tables, brackets and stage directions stay whole within a bound.
 * Pieces are trimmed, never empty, in order, and the same however the text is cut into tokens.
 */
export class SentenceSplitter {
  #buffer = '';
  #first = true;
  #inFence = false;
  /** Up to here the buffer was looked through. */
  #scanned = 0;
  #limit = new LengthLimit();
  /** Behind the marks that were judged last. */
  #marksEnd = 0;
  #hasWord = false;
  /** The first half of a character whose second half has not come. */
  #half = '';

  /** Takes the next token and returns the pieces that it completes, often none. */
  push(text: string): string[] {
    const pieces: string[] = [];
    const whole = this.#half + text;
    this.#half = /[\ud800-\udbff]$/.test(whole) ? whole.slice(-1) : '';
    // Character by character, so that tokens make no difference.
    for (const character of this.#half === '' ? whole : whole.slice(0, -1)) {
      this.#buffer += character;
      this.#hasWord ||= /[\p{L}\p{N}]/u.test(character);
      while (this.#takeFence(pieces) || (!this.#inFence && this.#takePiece(pieces, false)));
    }
    return pieces;
  }

  /** No more text will come: returns what is left. The splitter is then as new. */
  flush(): string[] {
    const pieces: string[] = [];
    this.#buffer += this.#half;
    if (!this.#inFence) this.#giveAll(pieces);
    this.#restart('');
    this.#first = true;
    this.#inFence = false;
    this.#half = '';
    return pieces;
  }

  /**
   * The text was cut here: returns what is left up to the end of its last whole sentence, and the stump behind it. The splitter
   * is then as new.
   */
  flushWhole(): { readonly pieces: string[]; readonly stump: string } {
    if (this.#inFence) return { pieces: this.flush(), stump: '' };
    const end = lastEnd(this.#buffer);
    const stump = this.#buffer.slice(end).trim();
    this.#buffer = this.#buffer.slice(0, end);
    return { pieces: this.flush(), stump };
  }

  #takeFence(pieces: string[]): boolean {
    if (this.#inFence) {
      const isOver = this.#buffer.endsWith(FENCE);
      // Two characters stay: they may be the beginning of the end.
      this.#restart(isOver ? '' : this.#buffer.slice(-2));
      if (isOver) this.#inFence = false;
      return isOver;
    }
    if (!this.#buffer.endsWith(FENCE)) return false;
    this.#buffer = this.#buffer.slice(0, -FENCE.length);
    this.#giveAll(pieces);
    this.#restart('');
    this.#inFence = true;
    return true;
  }

  /** Gives what is in the buffer, whose end is the end of a line and of everything that is open. */
  #giveAll(pieces: string[]): void {
    this.#buffer += '\n';
    while (this.#takePiece(pieces, true));
    this.#give(this.#buffer, pieces);
  }

  #takePiece(pieces: string[], isOver: boolean): boolean {
    const end = this.#scan(isOver);
    if (end === undefined) return false;
    this.#give(this.#buffer.slice(0, end), pieces);
    this.#restart(this.#buffer.slice(end).trimStart());
    return true;
  }

  /** Looks on from where it stopped. Returns where a piece ends; stops where only what comes next can tell. */
  #scan(isOver: boolean): number | undefined {
    const text = this.#buffer;
    while (this.#scanned < text.length) {
      const at = this.#scanned;
      const span = spanAt(text, at, isOver);
      if (span === 'open') return undefined;
      if (span) {
        // A row of such stretches has no other place to be cut.
        if (at >= MAX_UNBROKEN_LENGTH) return at;
        this.#scanned = span.mayEndSentence ? startOfMarks(text, at, span.end) : span.end;
        this.#limit.skip(text.slice(at, this.#scanned));
        continue;
      }
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      const end = character === '\n' ? this.#lineEnd(at) : this.#endAt(text, at);
      if (end === 'wait') return undefined;
      const cut = end ?? this.#limit.pass(text, at, character);
      if (cut !== undefined) return cut;
      this.#scanned = at + character.length;
    }
    return undefined;
  }

  /** A line is over whatever its length, but for one that says nothing, such as a list's mark. */
  #lineEnd(at: number): number | undefined {
    return this.#hasWord && /[\p{L}\p{N}]/u.test(this.#buffer.slice(0, at)) ? at + 1 : undefined;
  }

  /** The end of a sentence or, in a first piece, of a clause. */
  #endAt(text: string, at: number): number | 'wait' | undefined {
    if (at > 0 && this.#marksEnd > at) return undefined;
    END_MARKS.lastIndex = at;
    const marks = END_MARKS.exec(text)?.[0];
    if (marks === undefined) return this.#first ? softEnd(text, at) : undefined;
    const end = behindClosers(text, at + marks.length);
    const isOpen = at + marks.length >= text.length && marks.length < MAX_MARKS;
    const verdict = isOpen ? 'wait' : judge(text, at, marks, end);
    if (verdict === 'wait') return 'wait';
    this.#marksEnd = at + marks.length;
    const minLength = this.#first ? FIRST_LENGTH : LATER_LENGTH;
    return verdict === 'cut' && spokenLength(text.slice(0, end).trim()) >= minLength ? end : undefined;
  }

  /** What remains in the buffer, not yet looked at. */
  #restart(text: string): void {
    this.#buffer = text;
    this.#scanned = 0;
    this.#limit = new LengthLimit();
    this.#marksEnd = 0;
    this.#hasWord = /[\p{L}\p{N}]/u.test(text);
  }

  #give(text: string, pieces: string[]): void {
    const piece = text.trim();
    if (piece === '') return;
    pieces.push(piece);
    this.#first = false;
  }
}

/** Where the marks begin that stand before the closing sign of a span; the span's end if there are none. */
function startOfMarks(text: string, start: number, end: number): number {
  let at = end - 1;
  while (at > start + 1 && /[.!?…。！？]/.test(text.charAt(at - 1))) at--;
  return at === end - 1 ? end : at;
}

/** Where the last whole sentence or line of a text ends; 0: there is none. */
function lastEnd(text: string): number {
  // Another sentence behind it shows whether the last mark ends one. No month begins with its letter.
  const probe = `${text} Q`;
  let last = text.lastIndexOf('\n') + 1;
  for (const { index, 0: marks } of probe.matchAll(new RegExp(END_MARKS.source, 'gu'))) {
    const end = behindClosers(probe, index + marks.length);
    if (judge(probe, index, marks, end) === 'cut') last = Math.max(last, Math.min(end, text.length));
  }
  return last;
}

/** A comma, dash or the like at which a first piece may end. */
function softEnd(text: string, at: number): number | 'wait' | undefined {
  const sign = text.charAt(at);
  const isWide = /[，、；：]/.test(sign);
  if (!isWide && !/[,;:–—-]/.test(sign)) return undefined;
  const next = text.charAt(at + 1);
  if (next === '') return 'wait';
  const isDash = /[–—-]/.test(sign);
  const isSoft = isWide
    ? !/\p{M}/u.test(next)
    : isDash
      ? (/\s/.test(text.charAt(at - 1)) && /\s/.test(next)) || (sign === '—' && /\S/.test(next))
      : /\s/.test(next) || (isUnspaced(next) && isUnspaced(text.charAt(at - 1)));
  return isSoft && spokenLength(text.slice(0, at + 1)) >= FIRST_SOFT_LENGTH ? at + 1 : undefined;
}
