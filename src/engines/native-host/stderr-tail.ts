const MAX_LINE_CHARS = 500;

/** Cuts a child's output into lines, hands each on, and remembers the last few as the reason of a crash. */
export class StderrTail {
  readonly #keep: number;
  readonly #onLine: (line: string) => void;
  readonly #lines: string[] = [];
  #rest = '';

  constructor(keep: number, onLine: (line: string) => void) {
    this.#keep = keep;
    this.#onLine = onLine;
  }

  /** Takes decoded text, split anywhere. */
  push(text: string): void {
    const pieces = (this.#rest + text).split(/\r?\n/);
    this.#rest = (pieces.pop() ?? '').slice(0, MAX_LINE_CHARS);
    for (const piece of pieces) this.#line(piece);
  }

  /** The last lines, one after another; empty when nothing was said. */
  reason(): string {
    if (this.#rest) this.#line(this.#rest);
    this.#rest = '';
    return this.#lines.join(' / ');
  }

  #line(text: string): void {
    const line = text.trim().slice(0, MAX_LINE_CHARS);
    if (line === '') return;
    this.#lines.push(line);
    if (this.#lines.length > this.#keep) this.#lines.shift();
    this.#onLine(line);
  }
}
