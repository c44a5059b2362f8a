import { expect, it } from 'vitest';
import { wordErrors } from './word-errors.ts';

it.each([
  ['what time is it', 'what time is it', 0],
  ['What time is it?', 'what time is it', 0],
  ['what time is it', '', 4],
  ['', 'noise', 1],
  ['turn on the light', 'turn off the light please', 2],
  ['a b c', 'b c', 1],
])('%j heard as %j has %d errors', (said, heard, errors) => expect(wordErrors(said, heard)).toBe(errors));
