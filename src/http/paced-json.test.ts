import { expect, test } from 'vitest';
import { pacedJson } from './paced-json.ts';

test.each([0, 1, 49, 50, 51, 100, 101])('%i things are what JSON.stringify makes of them', async (count) => {
  const things = Array.from({ length: count }, (_, index) => ({ index, text: `"${index}"` }));
  expect(`[${await pacedJson(things, (thing) => JSON.stringify(thing))}]`).toBe(JSON.stringify(things));
});

test('lets other work in between', async () => {
  let turns = 0;
  let done = false;
  const count = () => {
    turns += 1;
    if (!done) setImmediate(count);
  };
  setImmediate(count);
  await pacedJson(new Array(1_000).fill(0), String);
  done = true;
  expect(turns).toBeGreaterThanOrEqual(15);
});
