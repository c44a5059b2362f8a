import { expect, test } from 'vitest';
import { turnsDuring } from '../../test/support/devices/turns-during.ts';
import { inBatches } from './in-batches.ts';

test.each([
  [0, []],
  [1, [1]],
  [3, [3]],
  [4, [3, 1]],
  [7, [3, 3, 1]],
])('%i things come in pieces of %j', async (count, lengths) => {
  const things = Array.from({ length: count }, (_, index) => index);
  const pieces: (readonly number[])[] = [];
  for await (const piece of inBatches(things, 3)) pieces.push(piece);
  expect(pieces.map(({ length }) => length)).toEqual(lengths);
  expect(pieces.flat()).toEqual(things);
});

test('lets other work in between', async () => {
  const drain = async () => {
    for await (const _ of inBatches(new Array(200).fill(0), 10));
  };
  expect(await turnsDuring(drain)).toBeGreaterThanOrEqual(15);
});
