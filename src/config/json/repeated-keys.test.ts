import { expect, it } from 'vitest';
import { repeatedKeyWarnings } from './repeated-keys.ts';

const OTHER = 'only the last one counts; remove the other';

it.each([
  [
    'of an entry',
    '{"devices": [\n{"name": "a",\n"port": 1,\n"port": 2}]}',
    [`devices[0].port: written twice, on lines 3 and 4: ${OTHER}`],
  ],
  ['on one line', '{"devices": [{"name": "a", "name": "b"}]}', [`devices[0].name: written twice, on line 1: ${OTHER}`]],
  ['with the same value', '{"a": 1,\n"a": 1}', [`a: written twice, on lines 1 and 2: ${OTHER}`]],
  ['of the file itself', '{"devices": [],\n"devices": []}', [`devices: written twice, on lines 1 and 2: ${OTHER}`]],
  [
    'three times',
    '{"a": 1,\n"a": 2,\n"a": 3}',
    [`a: written 3 times, on lines 1 to 3: only the last one counts; remove the others`],
  ],
  [
    'of an object in an object',
    '{"devices": [{}, {"engines": {\n"llm": {"model": "x",\n"model": "y"}}}]}',
    [`devices[1].engines.llm.model: written twice, on lines 2 and 3: ${OTHER}`],
  ],
  ['with escapes', '{"a": 1,\n"\\u0061": 2}', [`a: written twice, on lines 1 and 2: ${OTHER}`]],
  ['with a quotation mark', '{"a\\"": 1, "a\\u0022": 2}', [`["a\\""]: written twice, on line 1: ${OTHER}`]],
  [
    'called as a method of objects',
    '{"__proto__": 1, "__proto__": 2}',
    [`__proto__: written twice, on line 1: ${OTHER}`],
  ],
  ['that is empty', '{"": 1, "": 2}', [`[""]: written twice, on line 1: ${OTHER}`]],
  [
    'in a value that is lost itself',
    '{"a": {\n"b": 1,\n"b": 2},\n"a": 3}',
    [`a: written twice, on lines 1 and 4: ${OTHER}`, `a.b: written twice, on lines 2 and 3: ${OTHER}`],
  ],
  [
    'in lists of lists',
    '{"a": [1, [2, {"x": [], "y": {}}, {"b": 1, "b": 2}]]}',
    [`a[1][2].b: written twice, on line 1: ${OTHER}`],
  ],
])('a key %s is told', (_, text, expected) => {
  JSON.parse(text);
  expect(repeatedKeyWarnings(text)).toEqual(expected);
});

it.each([
  ['{"devices": [{"name": "a", "host": "b"}, {"name": "c", "host": "d"}]}'],
  ['{"a": {"a": {"a": ["a", "a"]}}, "b": {"a": "a"}}'],
  ['{"a": 1, "A": 2, "é": 3, "e\u0301": 4, "a ": 5}'],
  ['{"a": "\\"a\\": 1", "b": "{\\"a\\":1,\\"a\\":2}", "c": "\\\\"}'],
  ['[{"a": 1}, {"a": 1}, [{"a": 1}]]'],
  ['[]'],
  ['"a"'],
  ['7'],
])('nothing is told of %s', (text) => {
  JSON.parse(text);
  expect(repeatedKeyWarnings(text)).toEqual([]);
});

it('lines may end as on any machine', () => {
  for (const end of ['\n', '\r\n', '\r'])
    expect(repeatedKeyWarnings(`{${end}"a": 1,${end}${end}"a": 2}`)).toEqual([
      `a: written twice, on lines 2 and 4: ${OTHER}`,
    ]);
});

it('a way of great depth is cut, and very many keys are counted', () => {
  const deep = `${'['.repeat(100_000)}{"a":1,"a":2}${']'.repeat(100_000)}`;
  const [warning] = repeatedKeyWarnings(`{"x":${deep}}`);
  expect(warning?.length).toBeLessThan(200);
  const many = Array.from({ length: 5_000 }, () => '{"a":1,"a":2}').join();
  const warnings = repeatedKeyWarnings(`[${many}]`);
  expect(warnings).toHaveLength(101);
  expect(warnings.at(-1)).toBe('4900 more keys are written more than once');
});

it('text that is no JSON ends the reading', () => {
  for (const text of ['', '{', '{"a"', '{"a":', '{"a":1,', '[', ']]]]', '}', ':', '{"a', '{:1}', '{"a"}', ',,'])
    expect(repeatedKeyWarnings(text)).toEqual([]);
});
