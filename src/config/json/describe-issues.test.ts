import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeIssues } from './describe-issues.ts';

function problemsOf(schema: z.ZodType, value: unknown): string[] {
  const { error } = schema.safeParse(value);
  return error ? describeIssues(error.issues, value, [], 'the body') : [];
}

/** A value that breaks a rule, for every code that zod has for one, and every kind of it. */
const BROKEN: readonly [z.ZodType, unknown, string][] = [
  [z.object({}), [], 'the body: expected an object, found a list'],
  [z.object({}), null, 'the body: expected an object, found null'],
  [z.object({ a: z.string() }), {}, 'a: missing; expected a string'],
  [z.object({ a: z.int() }), { a: 1.5 }, 'a: expected a whole number, found 1.5'],
  [z.object({ a: z.number() }), { a: Number.NaN }, 'a: expected a number, found NaN'],
  [z.object({ a: z.number().min(1) }), { a: 0 }, 'a: expected a number of at least 1, found 0'],
  [z.object({ a: z.number().gt(1) }), { a: 1 }, 'a: expected a number of more than 1, found 1'],
  [z.object({ a: z.number().max(1) }), { a: 2 }, 'a: expected a number of at most 1, found 2'],
  [z.object({ a: z.number().lt(1) }), { a: 1 }, 'a: expected a number of less than 1, found 1'],
  [z.object({ a: z.coerce.number().min(1) }), { a: '0' }, 'a: expected a number of at least 1, found "0"'],
  [z.object({ a: z.number().multipleOf(5) }), { a: 7 }, 'a: expected a multiple of 5; found 7'],
  [z.object({ a: z.string().min(1) }), { a: '' }, 'a: expected at least 1 character'],
  [z.object({ a: z.string().max(2) }), { a: 'abc' }, 'a: expected at most 2 characters'],
  [z.object({ a: z.string().length(2) }), { a: 'abc' }, 'a: expected exactly 2 characters'],
  [z.object({ a: z.array(z.string()).min(1) }), { a: [] }, 'a: expected at least 1 element'],
  [z.object({ a: z.array(z.string()).max(1) }), { a: ['b', 'c'] }, 'a: expected at most 1 element'],
  [z.object({ a: z.set(z.string()).max(0) }), { a: new Set(['b']) }, 'a: expected at most 0 elements'],
  [z.object({ a: z.string().regex(/^x$/) }), { a: 'b' }, 'a: expected text that matches /^x$/; found "b"'],
  [z.object({ a: z.string().startsWith('x') }), { a: 'b' }, 'a: expected text that begins with "x"; found "b"'],
  [z.object({ a: z.string().endsWith('x') }), { a: 'b' }, 'a: expected text that ends with "x"; found "b"'],
  [z.object({ a: z.string().includes('x') }), { a: 'b' }, 'a: expected text with "x" in it; found "b"'],
  [z.object({ a: z.ipv4() }), { a: 'b' }, 'a: expected an IPv4 address; found "b"'],
  [z.object({ a: z.jwt() }), { a: 'b' }, 'a: expected text of the format jwt; found "b"'],
  [z.object({ a: z.enum(['b', 'c']) }), { a: 'd' }, 'a: expected one of "b", "c"; found "d"'],
  [z.object({ a: z.literal('b') }), { a: 'd' }, 'a: expected "b"; found "d"'],
  [z.object({ a: z.union([z.string(), z.number()]) }), { a: [] }, 'a: expected a string or a number; found a list'],
  [z.object({ a: z.xor([z.string(), z.string().min(0)]) }), { a: 'b' }, 'a: expected another value; found "b"'],
  [z.strictObject({}), { a: 1 }, 'a: unknown key'],
  [z.object({ a: z.never() }), { a: 1 }, 'a: expected nothing, found 1'],
  [z.object({ a: z.null() }), { a: 1 }, 'a: expected null, found 1'],
  [z.record(z.string().max(1), z.string()), { ab: 'c' }, 'ab: a key in it is not allowed; found "c"'],
  [z.map(z.object({}), z.string()), new Map([[{}, 1]]), 'the body: an element in it is not right; found an object'],
  [z.object({ a: z.string().refine(() => false) }), { a: 'b' }, 'a: this is not allowed; found "b"'],
  [z.object({ a: z.string().refine(() => false, 'say it') }), { a: 'b' }, 'a: say it; found "b"'],
  [z.object({ a: z.string().min(1, 'say it') }), { a: '' }, 'a: say it'],
  [z.object({}).refine(() => false, 'give either'), {}, 'give either'],
];

it.each([
  ['prot', 'prot: unknown key; did you mean "port"?'],
  ['tsl', 'tsl: unknown key; did you mean "tls"?'],
  ['N', 'N: unknown key; did you mean "n"?'],
  ['z', 'z: unknown key'],
  ['zz', 'zz: unknown key'],
  ['', '[""]: unknown key'],
])('an unknown key %j has what it may have meant', (key, expected) => {
  const { error } = z.strictObject({}).safeParse({ [key]: 1 });
  expect(describeIssues(error?.issues ?? [], { [key]: 1 }, ['n', 'tls', 'port'])).toEqual([expected]);
});

describe('a value that breaks a rule is described without the words of zod', () => {
  it.each(BROKEN)('%#', (schema, value, expected) => {
    expect(problemsOf(schema, value)).toEqual([expected]);
  });

  it('whatever the code', () => {
    const codes = new Set(
      BROKEN.flatMap(([schema, value]) => schema.safeParse(value).error?.issues ?? []).map(({ code }) => code),
    );
    expect([...codes].sort()).toEqual([
      'custom',
      'invalid_element',
      'invalid_format',
      'invalid_key',
      'invalid_type',
      'invalid_union',
      'invalid_value',
      'not_multiple_of',
      'too_big',
      'too_small',
      'unrecognized_keys',
    ]);
  });
});
