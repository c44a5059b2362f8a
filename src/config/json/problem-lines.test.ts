import { expect, it } from 'vitest';
import { problemLines } from './problem-lines.ts';

const TEXT = `{
  "defaults": {
    "pcm": { "port": "x" }
  },
  "devices": [
    { "name": "a, [odd] \\"one\\" }", "host": "10.0.0.1" },
    {
      "name": "hall",
      "engines": {
        "llm": "nothing"
      }
    }
  ],
  "a strange key": [1,
    2]
}`;

it.each([
  ['devices[1].engines.llm: expected one of …', 10],
  ['devices[0].host: not an address', 6],
  ['devices[1].name: duplicate name', 8],
  // What is missing is missing in its entry.
  ['devices[1].host: missing; expected a string', 7],
  ['devices[7].host: missing', 5],
  ['devices: expected an array', 5],
  ['defaults.pcm.port: expected a number', 3],
  ['["a strange key"]: unknown key', null],
  ['devices[1]: expected an object', 7],
  ['line 3: not valid JSON at column 4', null],
  ['the file is empty', null],
  ['', null],
])('%s', (problem, line) => {
  expect(problemLines(TEXT, [problem])).toEqual([line]);
});

it('finds all of them in one reading, in any order', () => {
  const problems = ['devices[1].name: x', 'devices[0].name: x', 'defaults: x', 'what: x', 'devices[1].name: y'];
  expect(problemLines(TEXT, problems)).toEqual([8, 6, 2, null, 8]);
});

it('lines may end as on any machine', () => {
  for (const end of ['\n', '\r\n', '\r'])
    expect(problemLines(TEXT.replaceAll('\n', end), ['devices[1].engines.llm: x'])).toEqual([10]);
});

it('a file without line breaks, and a value of great depth', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  expect(problemLines(`{"x":${deep},"devices":[{},{"port":1}]}`, ['devices[1].port: x'])).toEqual([1]);
});

it('10,000 wrong entries are found in one reading', () => {
  const entries = Array.from({ length: 10_000 }, (_, index) => `{"name":"d${index}","port":"x"}`);
  const problems = entries.map((_, index) => `devices[${index}].port: expected a number`);
  const lines = problemLines(`{"devices":[\n${entries.join(',\n')}\n]}`, problems);
  expect(lines).toEqual(entries.map((_, index) => index + 2));
});

it('text that is no JSON ends the reading', () => {
  for (const text of ['', '{', '{"devices"', '{"devices":[', '{"devices":[{"a":"', '[', ']]]]'])
    expect(problemLines(text, ['devices[0].a: x'])).toHaveLength(1);
});
