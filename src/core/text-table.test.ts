import { expect, it } from 'vitest';
import { textTable } from './text-table.ts';

it('columns stand below each other, and no line ends in spaces', () => {
  expect(
    textTable([
      ['name', 'state', 'why'],
      ['kitchen', 'ready'],
      ['🍳', 'backoff', 'refused'],
    ]),
  ).toBe(['name     state    why', 'kitchen  ready', '🍳        backoff  refused'].join('\n'));
  expect(textTable([])).toBe('');
});
