import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * Turns what zod found into one line a problem: where, what is there, and what would be right.
 * @param root the value that was checked, to quote from it
 */
export function describeIssues(issues: readonly Issue[], root: unknown, knownKeys: readonly string[]): string[] {
  return issues.flatMap((issue) => describe(issue, root, knownKeys));
}

function describe(issue: Issue, root: unknown, knownKeys: readonly string[]): string[] {
  const where = formatPath(issue.path);
  const found = valueAt(root, issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const near = nearest(key, knownKeys);
        return `${formatPath([...issue.path, key])}: unknown key${near ? `; did you mean "${near}"?` : ''}`;
      });
    case 'invalid_type':
      return found === undefined
        ? [`${where}: missing; expected ${article(issue.expected)}`]
        : [`${where}: expected ${article(issue.expected)}, found ${quote(found)}`];
    case 'invalid_value':
      return [`${where}: expected one of ${issue.values.map(quote).join(', ')}; found ${quote(found)}`];
    case 'invalid_union':
      return [`${where}: ${issue.message}; found ${quote(found)}`];
    case 'too_small':
    case 'too_big': {
      const limit =
        issue.code === 'too_small' ? `at least ${String(issue.minimum)}` : `at most ${String(issue.maximum)}`;
      const isNumber = typeof found === 'number';
      return [`${where}: ${isNumber ? `expected a number of ${limit}, found ${quote(found)}` : issue.message}`];
    }
    default:
      return [`${where}: ${issue.message}${found === undefined ? '' : `; found ${quote(found)}`}`];
  }
}

/** `devices[2].port`, or "the file" for the top. */
function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? String(part) : `.${String(part)}`;
  }
  return text === '' ? 'the file' : text;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

function article(expected: string): string {
  if (expected === 'int') return 'a whole number';
  if (expected === 'boolean') return 'true or false';
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

/** A value as JSON, short enough for one line and without control characters. */
function quote(value: unknown): string {
  const text =
    typeof value === 'object' && value !== null
      ? Array.isArray(value)
        ? 'a list'
        : 'an object'
      : JSON.stringify(value);
  return text === undefined ? String(value) : text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The known key that is at most two edits away, if any. */
function nearest(key: string, knownKeys: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = 3;
  for (const known of knownKeys) {
    const distance = editDistance(key.toLowerCase(), known);
    if (distance < bestDistance) {
      best = known;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
