import { expect, it } from 'vitest';
import { defaultHosts, mostCopies } from './host-count.ts';

it.each([
  [1, 1],
  [3, 1],
  [4, 2],
  [7, 2],
  [8, 3],
  [12, 4],
  [96, 4],
])('on %i cores there are %i hosts', (cores, hosts) => {
  expect(defaultHosts(cores)).toBe(hosts);
});

const GB = 1e9;

it.each([
  ['a small model is in every host', 4, 0.067 * GB, 8 * GB, 4],
  ['a large one where there is memory for it', 4, 0.34 * GB, 8 * GB, 2],
  ['one that is larger than its share in one host all the same', 4, 1.2 * GB, 8 * GB, 1],
  ['a model of no size counts as small', 2, 0, 8 * GB, 2],
])('%s', (_, hosts, modelBytes, memoryBytes, copies) => {
  expect(mostCopies(hosts, modelBytes, memoryBytes)).toBe(copies);
});
