import { JsonReader, unquote } from './json-reader.ts';

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

/** Reads JSON along the ways that are sought. */
class Finder {
  readonly #reader: JsonReader;
  readonly #lines: (number | null)[];

  constructor(text: string, lines: (number | null)[]) {
    this.#reader = new JsonReader(text);
    this.#lines = lines;
  }

  find(sought: Sought): void {
    this.#reader.space();
    const opening = this.#char;
    if (sought.below.size > 0 && (opening === '{' || opening === '[')) this.#members(sought, opening);
    else this.#reader.skip();
  }

  get #char(): string | undefined {
    return this.#reader.text[this.#reader.at];
  }

  #members(sought: Sought, opening: '{' | '['): void {
    const reader = this.#reader;
    reader.at += 1;
    for (let index = 0; ; index += 1) {
      reader.space();
      const start = reader.at;
      const char = this.#char;
      if (char === undefined || char === '}' || char === ']') break;
      const key = opening === '{' ? reader.key() : String(index);
      const below = sought.below.get(key);
      if (below) {
        this.#note(below, reader.lineAt(start));
        this.find(below);
      } else reader.skip();
      reader.space();
      if (this.#char === ',') reader.at += 1;
    }
    reader.at += 1;
  }

  /** A value is on this line, and what is missing in it as well. */
  #note(sought: Sought, line: number): void {
    for (const problem of sought.problems) this.#lines[problem] = line;
    for (const below of sought.below.values()) this.#note(below, line);
  }
}
