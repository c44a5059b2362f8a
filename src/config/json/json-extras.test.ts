import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseDevices, readDevicesFile } from '../../../test/support/devices/devices.ts';

function problemOf(text: string): string {
  try {
    parseDevices(text, 'devices.json');
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .join('\n')
      .replace(/^ {2}- /, '');
  }
  return 'no problem';
}

const COMMENT = 'comments are not JSON; remove every comment';

describe('what people write that is no JSON', () => {
  it.each([
    [
      'a comment to the end of the line',
      '{\n  // my devices\n  "devices": []\n}',
      `line 2: not valid JSON at column 3: ${COMMENT}`,
    ],
    ['a comment behind a value', '{\n  "devices": [] // none\n}', `line 2: not valid JSON at column 17: ${COMMENT}`],
    [
      'a comment of several lines',
      '{\n  "devices": [\n    /* a\n b */\n  ]\n}',
      `line 3: not valid JSON at column 5: ${COMMENT}`,
    ],
    ['a comment as in a shell', '# mine\n{"devices": []}', `line 1: not valid JSON at column 1: ${COMMENT}`],
    ['a comment behind the end', '{"devices": []}\n// the end', `line 2: not valid JSON at column 1: ${COMMENT}`],
    ['a comment and a comma', '{"devices": [], // none\n}', `line 1: not valid JSON at column 17: ${COMMENT}`],
    [
      'lines that end as on Windows',
      '{\r\n\r\n// a\r\n"devices": []}',
      `line 3: not valid JSON at column 1: ${COMMENT}`,
    ],
    ['a comment behind wide characters', '{"🍳é": 1, // a\n}', `line 1: not valid JSON at column 11: ${COMMENT}`],
    [
      'a comma behind the last device',
      '{"devices": [\n  {"name": "a", "host": "b"},\n]}',
      'line 3: not valid JSON at column 1: a comma stands before this "]"; remove the comma',
    ],
    [
      'a comma behind the last key',
      '{"devices": [\n  {"name": "a", }\n]}',
      'line 2: not valid JSON at column 17: a comma stands before this "}"; remove the comma',
    ],
    [
      'single quotation marks',
      "{\n'devices': []}",
      `line 2: not valid JSON at column 1: ' is no quotation mark of JSON; write "`,
    ],
    [
      'typographic quotation marks',
      '{\n“devices”: []}',
      'line 2: not valid JSON at column 1: “ is no quotation mark of JSON; write "',
    ],
  ])('%s', (_, text, expected) => expect(problemOf(text)).toBe(expected));

  it.each([
    ['another mistake comes before it', '{\n"devices" []\n// a\n}', /^line 2: not valid JSON at column 11 \(/],
    [
      'a word that is none',
      '{\n\n  "devices": [tru]\n}',
      /^line 3: not valid JSON at column 18 \(Unexpected token '\]'\)/,
    ],
    ['a word of Python', '{"devices": None}', /^line 1: not valid JSON at column 13 \(Unexpected token 'N'\)/],
    ['a missing comma', '{"devices": []\n"more": 1}', /^line 2: not valid JSON at column 1 \(/],
    ['a string without an end', '{"devices": "a\n// b"}', /^line 1: not valid JSON at column 15 \(/],
    ['text cut short', '{"devices": [', /^line 1: not valid JSON at column 14 \(/],
  ])('is not blamed when %s', (_, text, expected) => expect(problemOf(text)).toMatch(expected));

  it('may all stand in a string', () => {
    const text = '{"devices": [{"name": "a", "host": "b", "greeting": "// # /* \\" ,] \' “x” \\\\"}]}';
    expect(problemOf(text)).toBe('no problem');
  });

  it('shows nothing of the file', () => {
    for (const text of ['{"token": "CANARY", // CANARY\n}', '{"token": CANARY}', "{'CANARY': 1}", '{"a": "CANARY",}']) {
      expect(problemOf(text)).not.toContain('CANARY');
    }
  });

  it.each([20_000])('is found in a file of %d devices in bounded time', (count) => {
    const entry = '{"name": "kitchen", "host": "10.0.0.5", "port": 8765},\n';
    expect(problemOf(`{"devices": [\n${entry.repeat(count)}nul]}`)).toMatch(
      new RegExp(`^line ${count + 2}: not valid JSON at column 4`),
    );
    expect(problemOf(`{"devices": [\n${entry.repeat(count)}]}`)).toMatch(
      `line ${count + 2}: not valid JSON at column 1: a comma`,
    );
  });
});

it('a byte order mark is no part of the text', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-bom-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'devices.json');
  writeFileSync(file, '\uFEFF{"devices": []}');
  expect(readDevicesFile(file).devices).toEqual([]);
  writeFileSync(file, '\uFEFF// a\n{"devices": []}');
  expect(() => readDevicesFile(file)).toThrow(`line 1: not valid JSON at column 1: ${COMMENT}`);
});
