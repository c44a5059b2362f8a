import { expect, it } from 'vitest';
import { offeredLanguage } from './language.ts';

it.each([
  ['en', ['de', 'en'], 'en'],
  ['en-GB', ['en', 'en-US', 'en_GB'], 'en_GB'],
  ['en-GB', ['en-US', 'EN'], 'EN'],
  ['en', ['fr_FR', 'en_US', 'en_GB'], 'en_US'],
  ['zh-Hant-TW', ['zh'], 'zh'],
  ['fr', ['en', 'fry'], undefined],
  ['', ['en'], undefined],
  ['en', [], undefined],
])('%s among %j is %s', (wanted, offered, expected) => {
  expect(offeredLanguage(wanted, offered)).toBe(expected);
});
