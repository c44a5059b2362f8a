import { expect, test } from 'vitest';
import { compiledEntry } from './compiled-entry.ts';

const root = new URL('../../', import.meta.url).href;

test.each([
  ['src/a/b.ts', './c.ts', 'dist/a/c.js'],
  ['src/a/b.ts', './c.js', 'dist/a/c.js'],
  ['src/a/b.ts', '../d/c.ts', 'dist/d/c.js'],
  ['dist/a/b.js', './c.js', 'dist/a/c.js'],
  ['dist/a/b.js', './c.ts', 'dist/a/c.js'],
  ['device-sim/a/b.ts', './c.ts', 'dist/device-sim/a/c.js'],
  ['dist/device-sim/a/b.js', './c.ts', 'dist/device-sim/a/c.js'],
])('%s with %s is %s', (from, relative, to) => {
  expect(compiledEntry(root + from, relative).href).toBe(root + to);
});

test('a file outside the project is refused', () => {
  expect(() => compiledEntry('file:///elsewhere/b.ts', './c.ts')).toThrow(RangeError);
});
