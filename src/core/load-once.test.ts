import { expect, test } from 'vitest';
import { loadOnce } from './load-once.ts';

test('loads once for everyone, and again only after a failure', async () => {
  const results = [Promise.reject(new Error('not there')), Promise.resolve('library')];
  let calls = 0;
  const load = loadOnce(() => results[calls++] ?? Promise.reject(new Error('loaded too often')));
  const first = [load(), load()];
  for (const each of first) await expect(each).rejects.toThrow('not there');
  expect(calls).toBe(1);
  expect(await Promise.all([load(), load()])).toEqual(['library', 'library']);
  expect(await load()).toBe('library');
  expect(calls).toBe(2);
});
