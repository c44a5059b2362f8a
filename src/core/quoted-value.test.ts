import { describe, expect, it } from 'vitest';
import { isQuoted } from './quoted-value.ts';

describe('a quoted value', () => {
  it.each([
    ['double', '"abc"'],
    ['single', "'abc'"],
    ['backticks', '`abc`'],
    ['typographic, English', '“abc”'],
    ['typographic, German', '„abc“'],
    ['typographic, single', '‘abc’'],
    ['French', '« abc »'],
    ['full-width', '＂abc＂'],
    ['one typographic only, at the beginning', '“abc'],
    ['one typographic only, at the end', 'abc”'],
    ['double, nothing inside', '""'],
    ['single, nothing inside', "''"],
    ['with spaces around', ' "abc" '],
    ['with a comment behind', '"abc" # my key'],
    ['that differ', '"abc”'],
  ])('%s', (_, value) => {
    expect([isQuoted(value, true), isQuoted(value, false)]).toEqual([true, true]);
  });

  it.each([
    ['one double at the beginning', '"abc'],
    ['one single at the end', "abc'"],
    ['one alone', '"'],
  ])('%s: only where it is no secret', (_, value) => {
    expect([isQuoted(value, true), isQuoted(value, false)]).toEqual([false, true]);
  });

  it.each([
    ['plain', 'abc'],
    ['quotation marks inside', `a"b"c'd`],
    ['a path with an apostrophe', "/home/bob's/state"],
    ['a number', '8000'],
    ['an address', 'http://localhost:11434/v1'],
    ['a number sign inside', 'a # b'],
    ['nothing', ''],
  ])('not %s', (_, value) => {
    expect([isQuoted(value, true), isQuoted(value, false)]).toEqual([false, false]);
  });
});
