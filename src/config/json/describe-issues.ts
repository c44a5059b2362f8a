import type { z } from 'zod';
import { editDistance } from '../../core/edit-distance.ts';
import { brokenRule, ownMessage } from './broken-rule.ts';
import { article, describeNull, expectedValue } from './expected-value.ts';

type Issue = z.core.$ZodIssue;

/** Keys whose values are never quoted, nor what is inside: `token_env` because a token may stand there by mistake. */
const SECRET_KEYS: ReadonlySet<PropertyKey> = new Set(['token', 'token_env', 'headers']);

/** The most of a name or a value that one line quotes. */
const MAX_QUOTED = 60;

/**
 * Turns what zod found into one line a problem: where, what is there, and what would be right. Secrets are not quoted.
 * @param root the value that was checked, to quote from it
 * @param knownKeys what a key that is unknown may have meant
 * @param whole what the value is called
 */
export function describeIssues(
  issues: readonly Issue[],
  root: unknown,
  knownKeys: readonly string[],
  whole = 'the file',
): string[] {
  return issues.flatMap((issue) => describe(issue, { root, knownKeys, whole }));
}

/** What a problem is described with: see {@link describeIssues}. */
interface Described {
  readonly root: unknown;
  readonly knownKeys: readonly string[];
  readonly whole: string;
}

function describe(issue: Issue, described: Described): string[] {
  const { root, knownKeys, whole } = described;
  const where = issue.path.length === 0 ? whole : formatPath(issue.path);
  const own = ownMessage(issue);
  const found = valueAt(root, issue.path);
  const isSecret = issue.path.some((part) => SECRET_KEYS.has(part));
  const quote = (value: unknown) => (isSecret ? 'something else' : quoteValue(value));
  if (found === null) return [`${where}: ${describeNull(issue)}`];
  switch (issue.code) {
    case 'unrecognized_keys':
      return [
        ...issue.keys.map((key) => {
          const near = nearest(key, knownKeys);
          return `${formatPath([...issue.path, key])}: unknown key${near ? `; did you mean "${near}"?` : ''}`;
        }),
        // The keys that there are, where the schema tells them.
        ...(own ? [own] : []),
      ];
    case 'invalid_type':
      return found === undefined
        ? [`${where}: missing; expected ${article(issue.expected)}`]
        : [`${where}: ${own ?? `expected ${article(issue.expected)}`}, found ${quote(found)}`];
    case 'invalid_value':
      return [`${where}: expected ${expectedOf(issue.values)}; found ${quote(found)}`];
    case 'invalid_union': {
      const branch = branchMeant(issue.errors);
      if (branch) {
        return branch.flatMap((inner) => describe({ ...inner, path: [...issue.path, ...inner.path] }, described));
      }
      return [`${where}: ${own ?? `expected ${expectedValue(issue)}`}; found ${quote(found)}`];
    }
    case 'too_small':
    case 'too_big': {
      // How long a text is says more than its beginning.
      const isCounted = typeof found === 'object' || (typeof found === 'string' && !isNumber(issue.origin));
      return [`${where}: ${own ?? brokenRule(issue)}${isCounted ? '' : `, found ${quote(found)}`}`];
    }
    default: {
      // What concerns all of it names the parts itself.
      if (issue.path.length === 0 && own !== undefined) return [own];
      const isShown = found !== undefined && !isSecret;
      return [`${where}: ${own ?? brokenRule(issue)}${isShown ? `; found ${quote(found)}` : ''}`];
    }
  }
}

/** Whether a size is that of a number: a query has it as text. */
function isNumber(origin: string): boolean {
  return origin === 'number' || origin === 'int' || origin === 'bigint';
}

function expectedOf(values: readonly unknown[]): string {
  const all = values.map(quoteValue);
  return all.length === 1 ? `${all[0]}` : `one of ${all.join(', ')}`;
}

/** The alternative of a union that was meant: the one whose type is right, so that its faults lie further inside. */
function branchMeant(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const isOfWrongType = ({ code, path }: Issue) =>
    (code === 'invalid_type' || code === 'invalid_value') && path.length === 0;
  return branches.find((issues) => issues.length > 0 && !issues.some(isOfWrongType));
}

/** `devices[2].port`; empty for the top. */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    // A name from the file: it may be anything.
    else if (!/^[\w$-]{1,60}$/.test(String(part))) text += `[${quoteValue(String(part))}]`;
    else text += text === '' ? String(part) : `.${String(part)}`;
  }
  return text;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

/** A value as JSON, short enough for one line, without control characters and without the user part of a URL. */
function quoteValue(value: unknown): string {
  const text =
    typeof value === 'object' && value !== null
      ? Array.isArray(value)
        ? 'a list'
        : 'an object'
      : typeof value === 'number'
        ? String(value)
        : JSON.stringify(value);
  if (text === undefined) return String(value);
  // Before an @ there may be a password.
  const at = text.lastIndexOf('@');
  const shown = (at < 0 ? text : `"…${text.slice(at)}`).slice(0, MAX_QUOTED + 1).replace(/\p{Cf}/gu, ' ');
  return shown.length > MAX_QUOTED ? `${shown.slice(0, MAX_QUOTED - 3)}…` : shown;
}

/** The known key that is at most two edits away, and has at least one letter of this one, if any. */
function nearest(key: string, knownKeys: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(3, key.length);
  for (const known of knownKeys) {
    const distance = editDistance(key.toLowerCase(), known, 2);
    if (distance < bestDistance) {
      best = known;
      bestDistance = distance;
    }
  }
  return best;
}
