/** Reads JSON that is right from its beginning to its end, by position: `JSON.parse` tells no lines. Text that is no JSON ends the reading. */
export class JsonReader {
  readonly text: string;
  /** Where it reads, UTF-16 units from the start. */
  at = 0;
  /** Up to where lines were counted, and how many. */
  #counted = 0;
  #line = 1;

  constructor(text: string) {
    this.text = text;
  }

  /** The line of a position, from 1. Positions are asked for in their order. */
  lineAt(position: number): number {
    for (; this.#counted < position; this.#counted += 1) {
      const char = this.text[this.#counted];
      if (char === '\n' || (char === '\r' && this.text[this.#counted + 1] !== '\n')) this.#line += 1;
    }
    return this.#line;
  }

  /** The key that begins here, without its escapes. Reads the colon behind it, too. */
  key(): string {
    const start = this.at;
    this.string();
    const key = unquote(this.text.slice(start, this.at));
    this.space();
    this.at += 1;
    return key;
  }

  /** Passes over a value, however deep it is. */
  skip(): void {
    this.space();
    let depth = 0;
    for (; this.at < this.text.length; this.at += 1) {
      const char = this.text[this.at];
      if (char === '"') {
        this.string();
        this.at -= 1;
      } else if (char === '{' || char === '[') depth += 1;
      else if (char === '}' || char === ']') {
        if (depth === 0) return;
        depth -= 1;
      } else if (char === ',' && depth === 0) return;
    }
  }

  /** Passes over the string that begins here. */
  string(): void {
    for (this.at += 1; this.at < this.text.length; this.at += 1) {
      const char = this.text[this.at];
      if (char === '\\') this.at += 1;
      else if (char === '"') break;
    }
    this.at += 1;
  }

  space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at += 1;
  }
}

/** What a string of JSON says; without its quotation marks where it is none. */
export function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}
