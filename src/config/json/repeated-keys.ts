import { formatPath } from './describe-issues.ts';
import { JsonReader } from './json-reader.ts';

/** The most keys that are told. */
const MAX_TOLD = 100;

/** The most parts of the way to a key that are told: no entry is as deep. */
const MAX_PARTS = 16;

/** An object or a list whose end has not been read. */
interface Open {
  /** What each key was written like so far; undefined in a list. */
  readonly keys: Map<string, Writings> | undefined;
  /** The key, or the place, of the value that is being read. */
  part: string | number;
}

/** How often a key was written in one object, and on which lines, from 1. */
interface Writings {
  count: number;
  readonly first: number;
  last: number;
}

/**
 * Warnings of keys that are written more than once in one object: `JSON.parse` keeps the last and says nothing.
 * @param text JSON that is right
 * @returns a line each, as in `devices[2].port: written twice, on lines 5 and 8: …`, in the order of the file
 */
export function repeatedKeyWarnings(text: string): string[] {
  const found: { readonly path: readonly PropertyKey[]; readonly written: Writings }[] = [];
  const reader = new JsonReader(text);
  const open: Open[] = [];
  // A stack, not a recursion: what is deep is right JSON, too.
  for (;;) {
    reader.space();
    const start = reader.at;
    const char = text[start];
    if (char === undefined) break;
    const inner = open.at(-1);
    if (char === '{' || char === '[') {
      open.push(char === '{' ? { keys: new Map(), part: '' } : { keys: undefined, part: 0 });
      reader.at += 1;
    } else if (char === '}' || char === ']') {
      open.pop();
      reader.at += 1;
      for (const [key, written] of inner?.keys ?? []) {
        if (written.count > 1) found.push({ path: wayTo(open, key), written });
      }
      continue;
    } else if (char === ',') {
      if (typeof inner?.part === 'number') inner.part += 1;
      reader.at += 1;
    } else {
      reader.skip();
      // Text that is no JSON may have what stands nowhere.
      if (reader.at === start) break;
      continue;
    }
    readKey(reader, open.at(-1));
  }
  const warnings = found
    .sort((a, b) => a.written.first - b.written.first)
    .map(({ path, written }) => told(path, written));
  const more = warnings.splice(MAX_TOLD).length;
  return more === 0 ? warnings : [...warnings, `${more} more keys are written more than once`];
}

/** Reads the key of the next member, if the innermost value is an object that has one. */
function readKey(reader: JsonReader, inner: Open | undefined): void {
  reader.space();
  if (!inner?.keys || reader.text[reader.at] !== '"') return;
  const line = reader.lineAt(reader.at);
  const key = reader.key();
  inner.part = key;
  const before = inner.keys.get(key);
  if (!before) inner.keys.set(key, { count: 1, first: line, last: line });
  else {
    before.count += 1;
    before.last = line;
  }
}

function wayTo(open: readonly Open[], key: string): PropertyKey[] {
  return [...open.slice(0, MAX_PARTS).map(({ part }) => part), key];
}

function told(path: readonly PropertyKey[], { count, first, last }: Writings): string {
  const times = count === 2 ? 'twice' : `${count} times`;
  const lines = first === last ? `on line ${first}` : `on lines ${first} ${count === 2 ? 'and' : 'to'} ${last}`;
  return `${formatPath(path)}: written ${times}, ${lines}: only the last one counts; remove ${count === 2 ? 'the other' : 'the others'}`;
}
