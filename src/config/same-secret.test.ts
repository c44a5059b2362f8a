import { expect, it } from 'vitest';
import { isSameSecret } from './same-secret.ts';

it.each([
  ['let me in', 'let me in', true],
  ['let me in', 'let me', false],
  ['let me in', 'let me in ', false],
  ['', '', true],
  ['', 'x', false],
])('"%s" and "%s" are the same secret: %s', (wanted, given, isSame) => {
  expect(isSameSecret(wanted, given)).toBe(isSame);
});
