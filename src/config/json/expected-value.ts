import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** Keys that an entry must have: to leave one out is no way on. */
const REQUIRED: ReadonlySet<PropertyKey> = new Set(['devices', 'voices', 'name', 'host', 'type', 'text']);

/** Keys whose 0 switches off what they are about. */
const OFF_AT_0: ReadonlySet<PropertyKey> = new Set(['echo_tail', 'lead_in_ms']);

/** What would be right in place of a value of a wrong type, as in `a number or false`. */
export function expectedValue(issue: Issue): string {
  return alternatives(issue).join(' or ') || 'another value';
}

/** What is wrong with a null, which in this format is no value and no default, and what to do about it. */
export function describeNull(issue: Issue): string {
  const key = issue.path.at(-1);
  const problem = `expected ${expectedValue(issue)}, found null`;
  if (typeof key !== 'string' || REQUIRED.has(key)) return problem;
  const off = OFF_AT_0.has(key) ? '0' : isSwitch(issue) ? 'false' : undefined;
  return `${problem}: leave the key out${off === undefined ? '' : `, or write ${off} to switch it off`}`;
}

/** Whether false is among what would be right. */
function isSwitch(issue: Issue): boolean {
  return alternatives(issue).some((text) => /\bfalse\b/.test(text));
}

function alternatives(issue: Issue): string[] {
  switch (issue.code) {
    case 'invalid_type':
      return [article(issue.expected)];
    case 'invalid_value': {
      const values = issue.values.map((value) => JSON.stringify(value));
      return [values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`];
    }
    case 'invalid_union': {
      if ('options' in issue && Array.isArray(issue.options) && issue.options.length > 0) {
        return [`one of ${issue.options.map((value) => JSON.stringify(value)).join(', ')}`];
      }
      const atRoot = issue.errors.flatMap((branch) => branch.filter(({ path }) => path.length === 0));
      return [...new Set(atRoot.flatMap(alternatives))];
    }
    default:
      return [];
  }
}

/** A type in words. */
export function article(expected: string): string {
  if (expected === 'int') return 'a whole number';
  if (expected === 'boolean') return 'true or false';
  if (expected === 'record') return 'an object';
  if (expected === 'null') return 'null';
  if (expected === 'never') return 'nothing';
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}
