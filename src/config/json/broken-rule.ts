import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
type SizeIssue = Extract<Issue, { code: 'too_small' | 'too_big' }>;
type FormatIssue = Extract<Issue, { code: 'invalid_format' }>;

/** How the messages of zod itself begin, in English; that of a check that says nothing is `Invalid input`. */
const OF_ZOD = /^(?:Invalid |Too small: |Too big: |Unrecognized keys?: )/;

/** What is counted in a value, by its type. */
const PARTS: Readonly<Record<string, readonly [one: string, more: string]>> = {
  string: ['character', 'characters'],
  array: ['element', 'elements'],
  set: ['element', 'elements'],
  map: ['entry', 'entries'],
  object: ['key', 'keys'],
  record: ['key', 'keys'],
};

/** The formats whose names say little. */
const FORMATS: Readonly<Record<string, string>> = {
  url: 'an address, as in https://example.com',
  email: 'an e-mail address',
  date: 'a date, as in 2026-01-31',
  time: 'a time, as in 12:30:00',
  datetime: 'a date and a time, as in 2026-01-31T12:30:00Z',
  duration: 'a duration, as in PT30S',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  uuid: 'a UUID',
  base64: 'text in base64',
};

/** What a schema says itself of what is wrong; undefined: zod's own words, which are for programmers. */
export function ownMessage({ message }: Issue): string | undefined {
  return OF_ZOD.test(message) ? undefined : message;
}

/** What would be right in place of a value whose type is right, as in `expected at least 1 character`. */
export function brokenRule(issue: Issue): string {
  switch (issue.code) {
    case 'too_small':
    case 'too_big':
      return brokenSize(issue);
    case 'invalid_format':
      return brokenFormat(issue);
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`;
    case 'invalid_key':
      return 'a key in it is not allowed';
    case 'invalid_element':
      return 'an element in it is not right';
    default:
      return 'this is not allowed';
  }
}

function brokenSize(issue: SizeIssue): string {
  const isLeast = issue.code === 'too_small';
  const bound = Number(isLeast ? issue.minimum : issue.maximum);
  const parts = PARTS[issue.origin];
  const within = isLeast ? ['at least', 'more than'] : ['at most', 'less than'];
  const words = issue.exact ? 'exactly' : within[issue.inclusive === false ? 1 : 0];
  if (!parts) return `expected a number of ${words} ${bound}`;
  return `expected ${words} ${bound} ${bound === 1 ? parts[0] : parts[1]}`;
}

function brokenFormat(issue: FormatIssue): string {
  const { format } = issue;
  const { prefix, suffix, includes, pattern } = issue as {
    [key in 'prefix' | 'suffix' | 'includes' | 'pattern']?: unknown;
  };
  if (prefix !== undefined) return `expected text that begins with ${JSON.stringify(prefix)}`;
  if (suffix !== undefined) return `expected text that ends with ${JSON.stringify(suffix)}`;
  if (includes !== undefined) return `expected text with ${JSON.stringify(includes)} in it`;
  if (format === 'regex') return `expected text that matches ${String(pattern)}`;
  return `expected ${FORMATS[format] ?? `text of the format ${format}`}`;
}
