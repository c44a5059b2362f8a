/** A part of the way to a value, with what is sought below it. */
interface Sought {
  /** Indices of the problems that are about this value. */
  readonly problems: number[];
  readonly below: Map<string, Sought>;
}

/** The way at the beginning of a problem, as in `devices[2].engines.llm: …`. */
const WAY = /^[\w$-]+(?:\.[\w$-]+|\[\d+\]|\["(?:[^"\\]|\\.)*"\])*/;
const PART = /[\w$-]+|"(?:[^"\\]|\\.)*"/g;

/**
 * The line of the file that each problem is about, from 1. Of a key that is missing: the line of the value that should have it. null: the
 * problem begins with no way into the file, as one that names its line itself. The text is read once, however many problems there are.
 * @param text JSON that is right
 * @param problems as `describeIssues` writes them
 */
export function problemLines(text: string, problems: readonly string[]): (number | null)[] {
  const lines: (number | null)[] = problems.map(() => null);
  const root: Sought = { problems: [], below: new Map() };
  for (const [index, problem] of problems.entries()) seek(root, waysOf(problem), index);
  if (root.below.size > 0) new Finder(text, lines).find(root);
  return lines;
}

function waysOf(problem: string): string[] {
  const way = WAY.exec(problem)?.[0];
  // A sentence begins with a word, too.
  if (way === undefined || !/^[:.[]/.test(problem.slice(way.length))) return [];
  return [...way.matchAll(PART)].map(([part]) => (part.startsWith('"') ? unquote(part) : part));
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}

function seek(root: Sought, way: readonly string[], problem: number): void {
  let at = root;
  for (const part of way) {
    let next = at.below.get(part);
    if (!next) {
      next = { problems: [], below: new Map() };
      at.below.set(part, next);
    }
    at = next;
  }
  if (at !== root) at.problems.push(problem);
}

/** Reads JSON from its beginning to its end, along the ways that are sought. */
class Finder {
  readonly #text: string;
  readonly #lines: (number | null)[];
  #at = 0;
  /** Up to where lines were counted, and how many. */
  #counted = 0;
  #line = 1;

  constructor(text: string, lines: (number | null)[]) {
    this.#text = text;
    this.#lines = lines;
  }

  find(sought: Sought): void {
    this.#space();
    const opening = this.#text[this.#at];
    if (sought.below.size > 0 && (opening === '{' || opening === '[')) this.#members(sought, opening);
    else this.#skip();
  }

  #members(sought: Sought, opening: '{' | '['): void {
    this.#at += 1;
    for (let index = 0; ; index += 1) {
      this.#space();
      const start = this.#at;
      const char = this.#text[start];
      if (char === undefined || char === '}' || char === ']') break;
      const key = opening === '{' ? this.#key() : String(index);
      const below = sought.below.get(key);
      if (below) {
        this.#note(below, this.#lineAt(start));
        this.find(below);
      } else this.#skip();
      this.#space();
      if (this.#text[this.#at] === ',') this.#at += 1;
    }
    this.#at += 1;
  }

  /** A value is on this line, and what is missing in it as well. */
  #note(sought: Sought, line: number): void {
    for (const problem of sought.problems) this.#lines[problem] = line;
    for (const below of sought.below.values()) this.#note(below, line);
  }

  #lineAt(position: number): number {
    for (; this.#counted < position; this.#counted += 1) {
      const char = this.#text[this.#counted];
      if (char === '\n' || (char === '\r' && this.#text[this.#counted + 1] !== '\n')) this.#line += 1;
    }
    return this.#line;
  }

  #key(): string {
    const start = this.#at;
    this.#string();
    const key = unquote(this.#text.slice(start, this.#at));
    this.#space();
    this.#at += 1;
    return key;
  }

  /** Passes over a value, however deep it is. */
  #skip(): void {
    this.#space();
    let depth = 0;
    for (; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text[this.#at];
      if (char === '"') {
        this.#string();
        this.#at -= 1;
      } else if (char === '{' || char === '[') depth += 1;
      else if (char === '}' || char === ']') {
        if (depth === 0) return;
        depth -= 1;
      } else if (char === ',' && depth === 0) return;
    }
  }

  #string(): void {
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text[this.#at];
      if (char === '\\') this.#at += 1;
      else if (char === '"') break;
    }
    this.#at += 1;
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }
}
