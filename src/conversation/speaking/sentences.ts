import { spanAt } from './kept-spans.ts';
import { isUnspaced, longEnd, spokenLength } from './piece-length.ts';
import { behindClosers, END_MARKS, judge } from './sentence-end.ts';

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
  /** What stays whole in the part that was looked through: beginnings and ends. */
  #kept: [start: number, end: number][] = [];
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
    const end = this.#scan(isOver) ?? longEnd(this.#buffer, (at) => this.#isKept(at));
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
        this.#kept.push([at, span.end]);
        this.#scanned = span.mayEndSentence ? startOfMarks(text, span.end) : span.end;
        continue;
      }
      const end = text.charAt(at) === '\n' ? this.#lineEnd(at) : this.#endAt(text, at);
      if (end === 'wait') return undefined;
      if (end !== undefined) return end;
      this.#scanned = Math.max(this.#scanned, at + 1);
    }
    return undefined;
  }

  /** A line is over whatever its length, but for one that says nothing, such as a list's mark. */
  #lineEnd(at: number): number | undefined {
    return this.#hasWord && /[\p{L}\p{N}]/u.test(this.#buffer.slice(0, at)) ? at + 1 : undefined;
  }

  /** The end of a sentence or, in a first piece, of a clause. */
  #endAt(text: string, at: number): number | 'wait' | undefined {
    END_MARKS.lastIndex = at;
    const marks = END_MARKS.exec(text)?.[0];
    if (marks === undefined) return this.#first ? softEnd(text, at) : undefined;
    const end = behindClosers(text, at + marks.length);
    const verdict = at + marks.length >= text.length ? 'wait' : judge(text, at, marks, end);
    if (verdict === 'wait') return 'wait';
    const minLength = this.#first ? FIRST_LENGTH : LATER_LENGTH;
    if (verdict === 'cut' && spokenLength(text.slice(0, end).trim()) >= minLength) return end;
    this.#scanned = at + marks.length;
    return undefined;
  }

  #isKept(at: number): boolean {
    return this.#kept.some(([start, end]) => at > start && at < end);
  }

  /** What remains in the buffer, not yet looked at. */
  #restart(text: string): void {
    this.#buffer = text;
    this.#scanned = 0;
    this.#kept = [];
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
function startOfMarks(text: string, end: number): number {
  let at = end - 1;
  while (at > 0 && /[.!?…。！？]/.test(text.charAt(at - 1))) at--;
  return at === end - 1 ? end : at;
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
