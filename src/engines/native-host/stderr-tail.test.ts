import { expect, test } from 'vitest';
import { StderrTail } from './stderr-tail.ts';

test('lines are put together, handed on, and the last ones kept', () => {
  const lines: string[] = [];
  const tail = new StderrTail(2, (line) => lines.push(line));
  tail.push('one\ntw');
  tail.push('o\r\n\n  three  \nfo');
  expect(lines).toEqual(['one', 'two', 'three']);
  expect(tail.reason()).toBe('three / fo');
});

test('endless output without a line break stays bounded', () => {
  const tail = new StderrTail(2, () => {});
  for (let index = 0; index < 1_000; index++) tail.push('x'.repeat(1_000));
  expect(tail.reason().length).toBeLessThanOrEqual(500);
});
