/** A pattern and what stands in its place. */
export type Replacement = readonly [RegExp, string];

/** Makes every replacement, in this order. */
export function replaceAll(text: string, replacements: readonly Replacement[]): string {
  return replacements.reduce((soFar, [pattern, replacement]) => soFar.replace(pattern, replacement), text);
}

/** The text before a place, at most `length` characters of it. */
export function before(text: string, at: number, length = 40): string {
  return text.slice(Math.max(0, at - length), at);
}

/** The text from a place on, at most `length` characters of it. */
export function after(text: string, at: number, length = 40): string {
  return text.slice(at, at + length);
}

/** Makes something from a key once, and keeps it as long as the key lives. */
export function memo<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, V>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) {
      value = make(key);
      made.set(key, value);
    }
    return value;
  };
}

/** The alternatives of a regular expression that match exactly these texts, the longest first. */
export function anyOf(texts: readonly string[]): string {
  const longestFirst = [...texts].sort((a, b) => b.length - a.length);
  return longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|') || '(?!)';
}
