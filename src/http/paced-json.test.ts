import { expect, test } from 'vitest';
import { turnsDuring } from '../../test/support/devices/turns-during.ts';
import { pacedJson } from './paced-json.ts';

test.each([0, 1, 49, 50, 51, 100, 101])('%i things are what JSON.stringify makes of them', async (count) => {
  const things = Array.from({ length: count }, (_, index) => ({ index, text: `"${index}"` }));
  expect(`[${await pacedJson(things, (thing) => JSON.stringify(thing))}]`).toBe(JSON.stringify(things));
});

test('lets other work in between', async () => {
  expect(await turnsDuring(() => pacedJson(new Array(1_000).fill(0), String))).toBeGreaterThanOrEqual(15);
});
