/** A first piece may end at a comma once it is this long, characters: the user waits for it. */
const FIRST_SOFT_LENGTH = 15;
/** A later piece that ends sooner is joined with the next: single words sound torn out, and cost a request each. */
const LATER_LENGTH = 20;
/** A piece without any end of a sentence is cut at a space here. */
const MAX_LENGTH = 200;
/** Something without any space (a long address) is cut here, so that the buffer stays bounded. */
const MAX_UNBROKEN_LENGTH = 1_000;

const FENCE = '```';

/** Their full stop ends no sentence, whatever follows. */
const TITLES = new Set('dr mr mrs ms mx prof st sr jr gen col sgt capt rev hon mme mlle vs cf e.g i.e p.ex'.split(' '));
/** Their full stop ends a sentence only when a capital follows. */
const CLIPPED = new Set('etc a.m p.m approx inc ltd co corp dept est min max tel ca'.split(' '));
/** Their full stop ends a sentence unless a number follows. */
const NUMBERED = new Set('no nos fig vol p pp ch art jan feb aug sept sep oct nov dec'.split(' '));

type Verdict = 'cut' | 'go_on' | 'wait';

/**
 * Cuts the text of a language model into pieces to be spoken, as it arrives: a short first one, then sentences. What
 * stands in a code fence is left out. Pieces are trimmed, never empty, and in order.
 */
export class SentenceSplitter {
  #buffer = '';
  #first = true;
  #inFence = false;

  /** Takes the next token and returns the pieces that it completes, often none. */
  push(text: string): string[] {
    this.#buffer += text;
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
    return pieces;
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
    const end = this.#first ? firstEnd(this.#buffer) : laterEnd(this.#buffer);
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

function firstEnd(text: string): number | undefined {
  const hard = hardEnd(text, 2);
  const soft = softEnd(text);
  if (hard !== undefined && soft !== undefined) return Math.min(hard, soft);
  return hard ?? soft ?? longEnd(text);
}

function laterEnd(text: string): number | undefined {
  return hardEnd(text, LATER_LENGTH) ?? longEnd(text);
}

/** The first end of a sentence or line behind at least `minLength` characters. */
function hardEnd(text: string, minLength: number): number | undefined {
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
      : judge(text, start, match[0], end);
    if (verdict === 'wait') return undefined;
    if (verdict === 'cut' && text.slice(0, end).trim().length >= minLength) return end;
  }
  return undefined;
}

/** Closing quotes and brackets belong to the sentence before them; a guillemet may stand behind a space. */
function behindClosers(text: string, end: number): number {
  const closers = /^(?:["'”’)\]*_]|[\s\u00a0\u202f]?»)+/.exec(text.slice(end));
  return end + (closers?.[0].length ?? 0);
}

/** Whether the marks at `start` end a sentence; `wait` when only what comes next can tell. */
function judge(text: string, start: number, marks: string, end: number): Verdict {
  if (end >= text.length) return 'wait';
  if (!/\s/.test(text.charAt(end))) return 'go_on';
  const before = /[^\s"'“‘«([{]*$/.exec(text.slice(0, start))?.[0] ?? '';
  const next = text.slice(end).trimStart();
  // A guillemet that closes what one opened may still come, behind the space.
  if (next === '' && !text.endsWith('\n') && text.lastIndexOf('«') > text.lastIndexOf('»')) return 'wait';
  const lineEnds = text.slice(end).match(/^[^\S\n]*\n/) !== null;
  if (/[!?]/.test(marks)) return 'cut';
  if (marks !== '.') return lineEnds ? 'cut' : capitalNext(next);
  const word = before.toLowerCase();
  if (TITLES.has(word) || /^(?:\p{L}\.)+\p{L}$/u.test(before))
    return lineEnds ? 'cut' : CLIPPED.has(word) ? capitalNext(next) : 'go_on';
  if (/^\p{Lu}$/u.test(before) && before !== 'I') return lineEnds ? 'cut' : 'go_on';
  // The mark of a numbered list.
  if (/^\d{1,3}$/.test(before) && text.slice(0, start).trim() === before) return 'go_on';
  if (lineEnds) return 'cut';
  if (CLIPPED.has(word)) return capitalNext(next);
  if (NUMBERED.has(word)) return next === '' ? 'wait' : /^\d/.test(next) ? 'go_on' : 'cut';
  return 'cut';
}

function capitalNext(next: string): Verdict {
  if (next === '') return 'wait';
  return /^["'“‘«([]*\p{Lu}/u.test(next) && !/^I\b/.test(next) ? 'cut' : 'go_on';
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
