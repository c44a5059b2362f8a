import type { CallErrors } from '../requests/errors.ts';

/** A longer piece is no piece of a reply, characters. */
const MAX_PIECE = 1_000_000;

/** A piece of several lines is tried so often before its end is known: a hostile one must not cost more and more. */
const MAX_TRIES = 100;

/** One piece of a stream. */
export type StreamPiece =
  /** @property event the name that the server gave it, such as `error` */
  | { readonly type: 'json'; readonly event: string | undefined; readonly value: unknown }
  /** It is no JSON. */
  | { readonly type: 'text'; readonly event: string | undefined; readonly text: string }
  /** The server says that nothing more will come. */
  | { readonly type: 'done' };

/**
 * Reads server-sent events as they arrive, bytes split anywhere, and what servers send in their place: other line ends, no space
 * behind the colon, no blank line between two events, several lines of one event, bare lines of JSON, a whole JSON document.
 */
export class EventStream {
  readonly #errors: CallErrors;
  readonly #decoder = new TextDecoder();
  /** The line that is not complete yet. */
  #line = '';
  /** The data of the event that is not complete yet; undefined: none has come. */
  #data: string | undefined;
  #event: string | undefined;
  /** The data are lines of JSON without a field name. */
  #isBare = false;
  #tries = 0;

  /** @param errors of the request whose answer this is */
  constructor(errors: CallErrors) {
    this.#errors = errors;
  }

  /** Takes the next bytes and returns the pieces that they complete. @throws DialtoneError `engine_bad_answer` */
  push(bytes: Uint8Array): StreamPiece[] {
    return this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** No more bytes will come: returns what is left. */
  end(): StreamPiece[] {
    const pieces = this.#take(`${this.#decoder.decode()}\n`);
    this.#complete(pieces);
    return pieces;
  }

  #take(text: string): StreamPiece[] {
    const pieces: StreamPiece[] = [];
    const mayEnd = /[\r\n]/.test(text) || this.#line.endsWith('\r');
    this.#line += text;
    if (mayEnd) {
      // A carriage return at the end may be the first half of a line end.
      const lines = this.#line.split(/\r\n|\n|\r(?!$)/);
      this.#line = lines.pop() ?? '';
      for (const line of lines) this.#takeLine(line, pieces);
    }
    if (this.#line.length + (this.#data?.length ?? 0) > MAX_PIECE)
      throw this.#errors.badAnswer('a piece of it has no end');
    return pieces;
  }

  #takeLine(line: string, pieces: StreamPiece[]): void {
    if (line.trim() === '') {
      // A document of JSON may have blank lines.
      if (!this.#isBare) this.#complete(pieces);
      return;
    }
    const [, field, value = ''] = /^\s*(data|event|error|id|retry)\s*: ?(.*)$/is.exec(line) ?? [];
    switch (field?.toLowerCase()) {
      case 'data':
        this.#add(value, pieces);
        return;
      case 'event':
        this.#complete(pieces);
        this.#event = value.trim();
        return;
      case 'error':
        // How llama.cpp once told of errors.
        this.#complete(pieces);
        this.#event = 'error';
        this.#add(value, pieces);
        return;
      case undefined:
        if (this.#isBare || /^\s*[[{]/.test(line)) {
          this.#isBare = true;
          this.#add(line, pieces);
        } else if (!line.startsWith(':')) {
          pieces.push({ type: 'text', event: undefined, text: line.trim() });
        }
        return;
      default:
        return;
    }
  }

  #add(text: string, pieces: StreamPiece[]): void {
    // Behind a piece that is broken and not closed by a blank line, the next one begins.
    if (this.#data !== undefined && !this.#isBare && isPiece(text)) this.#complete(pieces);
    this.#data = this.#data === undefined ? text : `${this.#data}\n${text}`;
    if (this.#tries++ < MAX_TRIES && isPiece(this.#data)) this.#complete(pieces);
  }

  #complete(pieces: StreamPiece[]): void {
    const data = this.#data?.trim() ?? '';
    const event = this.#event;
    if (this.#data !== undefined) this.#event = undefined;
    this.#data = undefined;
    this.#isBare = false;
    this.#tries = 0;
    if (data === '') return;
    if (isDone(data)) {
      pieces.push({ type: 'done' });
      return;
    }
    const json = parsed(data);
    pieces.push(json ? { type: 'json', event, value: json.value } : { type: 'text', event, text: data });
  }
}

function isPiece(data: string): boolean {
  return isDone(data) || parsed(data) !== undefined;
}

function isDone(data: string): boolean {
  return data.trimStart().startsWith('[DONE]');
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
