import { callJsonAt } from './call-json.ts';
import { SPAN_FORMS, type SpanForm } from './reply-spans.ts';

/** What is known before a reply. */
export interface ReplyFilterOptions {
  /** Whether the model may call a function of this name. Default: none. */
  readonly isOffered?: (name: string) => boolean;
  /** Replies of this model begin inside reasoning: nothing is given before its end, or the end of the reply. */
  readonly startsInside?: boolean;
}

/** A piece of a reply: words to be spoken, or the text of a function call. Reasoning gives no piece. */
export type ReplyPiece = { readonly type: 'text' | 'call'; readonly text: string };

/** A tag longer than this is text, characters. */
const MAX_TAG = 200;

/** A span is kept up to this length, characters; what follows of it is dropped. */
const MAX_SPAN = 20_000;

/** Where spans may begin. */
const BEGINNINGS = /[<[{◁`]/g;

/** The first characters of a JSON object, list or fence around one: a call may follow. */
const MAY_BE_JSON = /^(?:```[a-z_]*\s*)?\[?\s*\{/i;

interface OpenSpan {
  readonly form: SpanForm;
  text: string;
}

/**
 * Takes the streamed text of a reply apart: what is to be spoken, and what is not (reasoning, calls written as text). Text that
 * may be the beginning of a span is held back until the next pieces tell. State of one reply.
 */
export class ReplyFilter {
  readonly #isOffered: (name: string) => boolean;
  #buffer = '';
  #open: OpenSpan | undefined;
  /** A span was closed that never began: the model begins its replies inside one. */
  #closedAlone = false;
  /** Everything so far may be reasoning: its end has not come. */
  #undecided: string | undefined;

  constructor(options: ReplyFilterOptions = {}) {
    this.#isOffered = options.isOffered ?? (() => false);
    this.#undecided = options.startsInside ? '' : undefined;
  }

  /** Whether the reply began inside reasoning, without the mark that opens it. */
  get closedAlone(): boolean {
    return this.#closedAlone;
  }

  /** Takes the next text and returns the pieces that it completes, often one. */
  push(text: string): ReplyPiece[] {
    if (this.#undecided !== undefined) return this.#decide(text);
    this.#buffer += text;
    return this.#take(false);
  }

  /** No more text will come: what is held back is text after all; a span that was never closed is not. */
  end(): ReplyPiece[] {
    if (this.#undecided !== undefined) {
      // No end of reasoning in all of the reply: it is the answer.
      this.#buffer = this.#undecided;
      this.#undecided = undefined;
    }
    const pieces = this.#take(true);
    const open = this.#open;
    if (open?.form.kind === 'call') pieces.push({ type: 'call', text: open.text + this.#buffer });
    this.#open = undefined;
    this.#buffer = '';
    return pieces;
  }

  #decide(text: string): ReplyPiece[] {
    this.#undecided = (this.#undecided ?? '') + text;
    if (!strayClose(this.#undecided)) return [];
    this.#buffer = this.#undecided;
    this.#undecided = undefined;
    return this.#take(false);
  }

  #take(isLast: boolean): ReplyPiece[] {
    const pieces: ReplyPiece[] = [];
    while (this.#buffer !== '') {
      const went = this.#open ? this.#inside(this.#open, pieces) : this.#outside(isLast, pieces);
      if (!went) break;
    }
    return pieces;
  }

  /** Inside a span: everything up to its end belongs to it. */
  #inside(open: OpenSpan, pieces: ReplyPiece[]): boolean {
    const { form } = open;
    const lower = this.#buffer.toLowerCase();
    const ends = form.close.flatMap((close) => {
      const at = lower.indexOf(close);
      return at < 0 ? [] : [{ at, length: close.length }];
    });
    const [end] = ends.sort((a, b) => a.at - b.at);
    if (!end) {
      // The beginning of the end may be here already.
      const keep = Math.max(...form.close.map((close) => beginningAtEnd(lower, close)));
      const taken = this.#buffer.length - keep;
      open.text = (open.text + this.#buffer.slice(0, taken)).slice(0, MAX_SPAN);
      this.#buffer = this.#buffer.slice(taken);
      return false;
    }
    const text = open.text + this.#buffer.slice(0, end.at);
    this.#buffer = this.#buffer.slice(end.at + end.length);
    this.#open = undefined;
    if (form.kind === 'call') pieces.push({ type: 'call', text });
    return true;
  }

  /** Outside of spans: gives the text up to where one may begin. */
  #outside(isLast: boolean, pieces: ReplyPiece[]): boolean {
    const stray = strayClose(this.#buffer);
    if (stray) {
      this.#closedAlone = true;
      this.#buffer = this.#buffer.slice(stray.end);
      return true;
    }
    BEGINNINGS.lastIndex = 0;
    for (let match = BEGINNINGS.exec(this.#buffer); match; match = BEGINNINGS.exec(this.#buffer)) {
      const rest = this.#buffer.slice(match.index);
      const verdict = this.#at(rest, isLast);
      if (verdict === 'text') continue;
      this.#give(match.index, pieces);
      if (verdict === 'wait') return false;
      this.#buffer = this.#buffer.slice(verdict.length);
      if (verdict.form) this.#open = { form: verdict.form, text: verdict.text };
      else if (verdict.text !== '') pieces.push({ type: 'call', text: verdict.text });
      return true;
    }
    this.#give(this.#buffer.length, pieces);
    return false;
  }

  /** What begins here: text, something that only more text can tell, a span, or a whole call (no form). */
  #at(
    rest: string,
    isLast: boolean,
  ): 'text' | 'wait' | { readonly length: number; readonly form?: SpanForm; readonly text: string } {
    const lower = rest.slice(0, MAX_TAG).toLowerCase();
    let waits = false;
    for (const form of SPAN_FORMS) {
      const opened = opens(form, lower);
      if (opened === 'wait') waits = true;
      else if (opened !== undefined) {
        if (form.close.length === 0) return { length: opened, text: '' };
        // The name of the function may stand in the tag.
        return { length: opened, form, text: form.kind === 'call' ? rest.slice(0, opened) : '' };
      }
    }
    if (MAY_BE_JSON.test(rest) || /^(?:\[\s*|`{1,3}[a-z_]*\s*)$/i.test(rest)) {
      const call = callJsonAt(rest, this.#isOffered);
      if (call === 'wait') {
        // A call that was cut off is swallowed as well.
        if (isLast && MAY_BE_JSON.test(rest)) return { length: rest.length, text: '' };
        waits ||= rest.length < MAX_SPAN;
      } else if (call) return call;
    }
    waits ||= mayCloseAlone(lower);
    return waits && !isLast ? 'wait' : 'text';
  }

  #give(length: number, pieces: ReplyPiece[]): void {
    if (length > 0) pieces.push({ type: 'text', text: this.#buffer.slice(0, length) });
    this.#buffer = this.#buffer.slice(length);
  }
}

/** How long the opening of a span is that begins here; `wait` when more text may make it one; undefined when it is none. */
function opens(form: SpanForm, lower: string): number | 'wait' | undefined {
  const { open } = form;
  if (lower.length < open.length) return open.startsWith(lower) ? 'wait' : undefined;
  if (!lower.startsWith(open)) return undefined;
  if (!form.isTag) return open.length;
  const next = lower[open.length];
  if (next === undefined) return 'wait';
  if (!/[\s/>]/.test(next)) return undefined;
  const end = lower.indexOf('>', open.length);
  if (end >= 0) return end + 1;
  return lower.length < MAX_TAG ? 'wait' : undefined;
}

/** The last end of a span that never began: what stands before it was a part of it. */
function strayClose(text: string): { readonly end: number } | undefined {
  const lower = text.toLowerCase();
  let end = -1;
  for (const { closesAlone, close, open } of SPAN_FORMS) {
    if (!closesAlone) continue;
    for (const mark of close) {
      const at = lower.indexOf(mark);
      const begins = lower.indexOf(open);
      if (at >= 0 && (begins < 0 || begins > at)) end = Math.max(end, at + mark.length);
    }
  }
  return end < 0 ? undefined : { end };
}

/** Whether a text may be the beginning of an end that stands alone. */
function mayCloseAlone(lower: string): boolean {
  return SPAN_FORMS.some(
    ({ closesAlone, close }) =>
      closesAlone && close.some((mark) => lower.length < mark.length && mark.startsWith(lower)),
  );
}

/** How many characters at the end of a text may be the beginning of a mark. */
function beginningAtEnd(text: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
