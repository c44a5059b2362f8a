import { expect, it } from 'vitest';
import { growth, LINEAR, repeated } from './growth.ts';

const text = repeated('ab ');

/** Counts pairs of letters: all, or those side by side. */
function pairs(made: string, all: boolean): number {
  let count = 0;
  for (let at = 1; at < made.length; at++) {
    for (let before = all ? 0 : at - 1; before < at; before++) {
      if (made.charCodeAt(at) === made.charCodeAt(before)) count += 1;
    }
  }
  return count;
}

it('tells what takes time in proportion from what takes its square', () => {
  let found = 0;
  const look = (all: boolean) => (made: string) => {
    found += pairs(made, all);
  };
  expect(growth(text, 1_000, look(false))).toBeLessThan(LINEAR);
  expect(growth(text, 1_000, look(true))).toBeGreaterThan(LINEAR);
  expect(found).toBeGreaterThan(0);
});
