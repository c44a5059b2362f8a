import { expect, it } from 'vitest';
import { editDistance } from './edit-distance.ts';

it.each([
  ['', '', 2, 0],
  ['horse', 'horse', 2, 0],
  ['horse', 'hoarse', 2, 1],
  ['horse', 'house', 2, 1],
  ['horse', 'hors', 2, 1],
  ['kitten', 'sitting', 3, 3],
  ['kitten', 'sitting', 2, 3],
  ['a', 'abcdef', 2, 3],
  ['abc', 'xyz', 1, 2],
])('%s -> %s, at most %d: %d', (a, b, limit, distance) => {
  expect(editDistance(a, b, limit)).toBe(distance);
  expect(editDistance(b, a, limit)).toBe(distance);
});
